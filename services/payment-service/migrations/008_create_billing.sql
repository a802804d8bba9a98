-- Invoices and credit notes: made from what orders tell, numbered afterwards and without gaps.

-- +up
CREATE TABLE billing_documents (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL CONSTRAINT billing_documents_pk PRIMARY KEY,
  kind text NOT NULL CONSTRAINT billing_kind_known CHECK (kind IN ('invoice', 'credit_note')),
  -- What it was made for: the order of an invoice, the refund of a credit note.
  source_id uuid NOT NULL,
  order_id uuid NOT NULL,
  order_number text NOT NULL,
  user_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  -- Of a credit note: what it corrects.
  invoice_id uuid CONSTRAINT billing_corrects_a_document REFERENCES billing_documents (id),
  currency text NOT NULL,
  total_minor bigint NOT NULL CONSTRAINT billing_total_not_negative CHECK (total_minor >= 0),
  -- Customer, lines, totals and tax, as they were.
  content jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  -- Given out together by the numbering job; from then on nothing changes any more.
  year int,
  number bigint CONSTRAINT billing_number_positive CHECK (number > 0),
  issued_at timestamptz,
  seller jsonb,
  CONSTRAINT billing_documents_once UNIQUE (tenant_id, kind, source_id),
  CONSTRAINT billing_number_unique UNIQUE (tenant_id, kind, year, number),
  CONSTRAINT billing_credit_note_corrects CHECK ((kind = 'credit_note') = (invoice_id IS NOT NULL)),
  CONSTRAINT billing_issued_whole CHECK (
    num_nonnulls(year, number, issued_at, seller) IN (0, 4))
);
CREATE INDEX billing_documents_by_order ON billing_documents (order_id);
CREATE INDEX billing_documents_unnumbered ON billing_documents (id) WHERE number IS NULL;
ALTER TABLE billing_documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing_documents FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON billing_documents USING (souk_sees(tenant_id));

CREATE FUNCTION billing_document_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a numbered document does not change'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_document_is_final';
END $$;
CREATE TRIGGER billing_document_is_final BEFORE UPDATE OR DELETE ON billing_documents
  FOR EACH ROW WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION billing_document_is_final();

-- The last number that was given out.
CREATE TABLE billing_counters (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  kind text NOT NULL,
  year int NOT NULL,
  last bigint NOT NULL,
  CONSTRAINT billing_counters_pk PRIMARY KEY (tenant_id, kind, year)
);
ALTER TABLE billing_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing_counters FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON billing_counters USING (tenant_id = souk_tenant());
REVOKE DELETE ON billing_counters FROM souk_service;

-- +down
DROP TABLE billing_counters, billing_documents;
DROP FUNCTION billing_document_is_final();

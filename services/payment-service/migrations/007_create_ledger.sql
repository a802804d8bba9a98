-- The books of payments in double entry. An entry is what stands under one kind and source: what
-- happened, and the id of what it happened to. It is written in the commit of that change, and never
-- changed.

-- +up
CREATE TABLE ledger_postings (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  kind text NOT NULL,
  source_id uuid NOT NULL,
  account text NOT NULL,
  -- No foreign key: the books outlast what they tell of.
  payment_id uuid NOT NULL,
  -- Debit is positive, credit negative.
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT ledger_postings_once PRIMARY KEY (source_id, kind, account),
  CONSTRAINT ledger_kind_known CHECK (
    kind IN ('capture', 'refund', 'fee', 'dispute', 'dispute_won', 'invoice', 'credit_note')),
  CONSTRAINT ledger_account_known CHECK (
    account IN ('customer', 'provider', 'fees', 'disputes', 'revenue', 'tax', 'refunds')),
  CONSTRAINT ledger_amount_not_nought CHECK (amount_minor <> 0)
);
CREATE INDEX ledger_postings_by_payment ON ledger_postings (payment_id);

-- What was paid before there were books. The sweeping tenant sees the payments of all.
SELECT set_config('souk.tenant', 'ffffffff-ffff-ffff-ffff-ffffffffffff', true);
INSERT INTO ledger_postings (tenant_id, kind, source_id, account, payment_id, amount_minor, currency, at)
  SELECT p.tenant_id, 'capture', p.id, side.account, p.id, side.sign * p.captured_minor, p.currency,
         p.created_at
  FROM payments p, (VALUES ('provider', 1), ('customer', -1)) AS side (account, sign)
  WHERE p.captured_minor > 0 AND p.provider <> 'imported'
  UNION ALL
  SELECT r.tenant_id, 'refund', r.id, side.account, p.id, side.sign * r.amount_minor, p.currency,
         r.updated_at
  FROM refunds r JOIN payments p ON p.id = r.payment_id,
       (VALUES ('customer', 1), ('provider', -1)) AS side (account, sign)
  WHERE r.status = 'succeeded';
SELECT set_config('souk.tenant', '', true);

ALTER TABLE ledger_postings ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_postings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ledger_postings USING (souk_sees(tenant_id));
REVOKE UPDATE, DELETE ON ledger_postings FROM souk_service;

-- At the commit, when every posting of the entry is there.
CREATE FUNCTION ledger_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT sum(amount_minor) <> 0 OR count(DISTINCT currency) > 1 FROM ledger_postings
      WHERE source_id = NEW.source_id AND kind = NEW.kind) THEN
    RAISE EXCEPTION 'the % of % does not balance', NEW.kind, NEW.source_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balances';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT OR UPDATE ON ledger_postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balances();

-- +down
DROP TABLE ledger_postings;
DROP FUNCTION ledger_balances();

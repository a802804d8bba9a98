-- What an invoice has been credited is asked for at every refund: without this, each read every document there is.
-- +up
CREATE INDEX billing_documents_by_invoice ON billing_documents (invoice_id)
  WHERE invoice_id IS NOT NULL;

-- +down
DROP INDEX billing_documents_by_invoice;

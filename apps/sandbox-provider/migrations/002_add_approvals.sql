-- Charges that wait for the customer, as 3-D Secure has it.

-- +up
ALTER TABLE charges
  -- What becomes of it once the customer approves: taken, or held only.
  ADD COLUMN capture boolean NOT NULL DEFAULT true,
  -- Where the customer goes from the provider's page.
  ADD COLUMN return_url text,
  DROP CONSTRAINT charges_status_known,
  ADD CONSTRAINT charges_status_known CHECK (
    status IN ('requires_action', 'authorized', 'captured', 'declined', 'voided', 'cancelled'));

-- +down
DELETE FROM charges WHERE status = 'requires_action';
ALTER TABLE charges
  DROP CONSTRAINT charges_status_known,
  ADD CONSTRAINT charges_status_known CHECK (
    status IN ('authorized', 'captured', 'declined', 'voided', 'cancelled')),
  DROP COLUMN return_url,
  DROP COLUMN capture;

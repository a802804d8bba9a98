-- A checkout may have to wait for its customer: what for, and how long.

-- +up
ALTER TABLE checkouts
  ADD COLUMN action_payment_id text,
  ADD COLUMN action_provider text,
  ADD COLUMN action_type text,
  ADD COLUMN action_url text,
  ADD COLUMN action_client_secret text,
  -- Set once, when the customer is first asked; past it the payment is ended at its provider.
  ADD COLUMN act_before timestamptz,
  ADD CONSTRAINT checkouts_action_whole CHECK (
    (action_type IS NULL) = (action_payment_id IS NULL)
    AND (action_type IS NULL) = (action_provider IS NULL)
    AND (action_type IS NOT NULL OR (action_url IS NULL AND action_client_secret IS NULL))),
  ADD CONSTRAINT checkouts_action_has_a_deadline CHECK (
    action_type IS NULL OR act_before IS NOT NULL);

-- +down
ALTER TABLE checkouts
  DROP CONSTRAINT checkouts_action_has_a_deadline,
  DROP CONSTRAINT checkouts_action_whole,
  DROP COLUMN act_before,
  DROP COLUMN action_client_secret,
  DROP COLUMN action_url,
  DROP COLUMN action_type,
  DROP COLUMN action_provider,
  DROP COLUMN action_payment_id;

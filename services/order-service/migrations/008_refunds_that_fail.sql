-- A refund may fail, at once or days after it seemed to have gone through.

-- +up
ALTER TABLE refunds
  DROP CONSTRAINT refunds_status_known,
  ADD CONSTRAINT refunds_status_known CHECK (status IN ('pending', 'succeeded', 'failed'));

-- +down
-- Refunds that failed stay known: the wider list of states is left.

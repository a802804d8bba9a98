-- Reconciliations that staff has asked for, and what they found.

-- +up
CREATE TABLE reconciliations (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  status text NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  -- While it runs: when whoever works on it is taken for dead.
  next_check_at timestamptz,
  charges_compared bigint NOT NULL DEFAULT 0,
  resolved bigint NOT NULL DEFAULT 0,
  findings jsonb NOT NULL DEFAULT '{}',
  failure text NOT NULL DEFAULT '',
  CONSTRAINT reconciliations_pkey PRIMARY KEY (id),
  CONSTRAINT reconciliations_status_known CHECK (status IN ('running', 'done', 'failed')),
  CONSTRAINT reconciliations_running_is_checked CHECK (
    (status = 'running') = (next_check_at IS NOT NULL)
    AND (status = 'running') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX reconciliations_one_runs ON reconciliations (tenant_id)
  WHERE status = 'running';
CREATE INDEX reconciliations_by_tenant ON reconciliations (tenant_id, id);
ALTER TABLE reconciliations ENABLE ROW LEVEL SECURITY;
ALTER TABLE reconciliations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON reconciliations USING (souk_sees(tenant_id));

-- +down
DROP TABLE reconciliations;

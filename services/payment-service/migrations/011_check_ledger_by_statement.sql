-- An entry's postings are written by one statement, so that statement is where they have to balance: looked at
-- once, not once a posting, which took as long as writing them.
-- +up
DROP TRIGGER ledger_balances ON ledger_postings;

CREATE FUNCTION ledger_statement_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
BEGIN
  SELECT kind, source_id INTO wrong FROM written GROUP BY kind, source_id
  HAVING sum(amount_minor) <> 0 OR count(DISTINCT currency) > 1 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the % of % does not balance', wrong.kind, wrong.source_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balances';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_balances AFTER INSERT ON ledger_postings
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_statement_balances();

-- Nobody but the owner may change a posting.
CREATE CONSTRAINT TRIGGER ledger_stays_balanced AFTER UPDATE ON ledger_postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balances();

-- +down
DROP TRIGGER ledger_stays_balanced ON ledger_postings;
DROP TRIGGER ledger_balances ON ledger_postings;
DROP FUNCTION ledger_statement_balances();
CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT OR UPDATE ON ledger_postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balances();

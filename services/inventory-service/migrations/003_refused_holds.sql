-- An order that found too little is told the same again, whatever comes into stock meanwhile: two
-- drivers of one checkout must not hear two answers. Its row names the SKUs that were missing.

-- +up
ALTER TABLE holds DROP CONSTRAINT holds_state_known;
ALTER TABLE holds ADD CONSTRAINT holds_state_known
  CHECK (state IN ('active', 'refused', 'released', 'claimed', 'returned'));

-- +down
DELETE FROM holds WHERE state = 'refused';
ALTER TABLE holds DROP CONSTRAINT holds_state_known;
ALTER TABLE holds ADD CONSTRAINT holds_state_known
  CHECK (state IN ('active', 'released', 'claimed', 'returned'));

-- The foreign key asks for the children of a category that goes.
-- +up
CREATE INDEX categories_by_parent ON categories (parent_id) WHERE parent_id IS NOT NULL;

-- +down
DROP INDEX categories_by_parent;

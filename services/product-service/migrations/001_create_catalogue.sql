-- +up
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A name as typing habits are compared: without case, and without what some write inside a word and
-- others don't ("T-Shirt", "tshirt").
CREATE FUNCTION fold_name(name text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN lower(regexp_replace(name, '[-''’.]', '', 'g'));

CREATE TABLE products (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  slug text NOT NULL,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  status text NOT NULL,
  images jsonb NOT NULL DEFAULT '[]',
  rating numeric(3, 2),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Kept beside the variants that they come from, so that a list is sorted and filtered by one table.
  price_amount bigint NOT NULL,                    -- the lowest variant's
  price_currency text NOT NULL,
  availability text NOT NULL,                      -- the best variant's
  skus text NOT NULL,
  name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
  folded_name text NOT NULL GENERATED ALWAYS AS (fold_name(name)) STORED,
  search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('english', name || ' ' || fold_name(name) || ' ' || skus), 'A') ||
    setweight(to_tsvector('english', description), 'B')) STORED,
  CONSTRAINT products_pkey PRIMARY KEY (id),
  CONSTRAINT products_slug_once UNIQUE (tenant_id, slug),
  CONSTRAINT products_status_known CHECK (status IN ('active', 'draft', 'archived')),
  CONSTRAINT products_availability_known CHECK (availability IN ('in_stock', 'low_stock', 'out_of_stock')),
  CONSTRAINT products_price_not_negative CHECK (price_amount >= 0),
  CONSTRAINT products_rating_range CHECK (rating BETWEEN 1 AND 5)
);
-- One per order that shoppers list in. Ids are UUIDv7: the newest product has the largest.
CREATE INDEX products_newest ON products (tenant_id, id) WHERE status = 'active';
CREATE INDEX products_by_price ON products (tenant_id, price_amount, id) WHERE status = 'active';
CREATE INDEX products_by_name ON products (tenant_id, name_key, id) WHERE status = 'active';
CREATE INDEX products_search ON products USING gin (search) WHERE status = 'active';
CREATE INDEX products_folded_name ON products USING gin (folded_name gin_trgm_ops) WHERE status = 'active';
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
ALTER TABLE products FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON products USING (tenant_id = souk_tenant());

CREATE TABLE variants (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  sku text NOT NULL,
  product_id uuid NOT NULL,
  title text NOT NULL DEFAULT '',
  options jsonb NOT NULL DEFAULT '{}',
  price_amount bigint NOT NULL,
  price_currency text NOT NULL,
  position integer NOT NULL,
  CONSTRAINT variants_sku_once PRIMARY KEY (tenant_id, sku),
  CONSTRAINT variants_product_exists FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT variants_position_once UNIQUE (product_id, position),
  CONSTRAINT variants_price_not_negative CHECK (price_amount >= 0)
);
ALTER TABLE variants ENABLE ROW LEVEL SECURITY;
ALTER TABLE variants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON variants USING (tenant_id = souk_tenant());

-- What inventory-service says of each SKU. Apart from the variants, for it may speak of a SKU before
-- there is a product; a variant's row is made with the variant. Its row lock is what orders the two.
CREATE TABLE stock_states (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  sku text NOT NULL,
  state text NOT NULL DEFAULT 'out_of_stock',
  CONSTRAINT stock_states_pkey PRIMARY KEY (tenant_id, sku),
  CONSTRAINT stock_states_state_known CHECK (state IN ('in_stock', 'low_stock', 'out_of_stock'))
);
ALTER TABLE stock_states ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_states FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON stock_states USING (tenant_id = souk_tenant());

-- +down
DROP TABLE stock_states;
DROP TABLE variants;
DROP TABLE products;
DROP FUNCTION fold_name(text);
DROP EXTENSION pg_trgm;

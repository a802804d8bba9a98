-- +up
CREATE TABLE categories (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  parent_id uuid,
  slug text NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT categories_pkey PRIMARY KEY (id),
  CONSTRAINT categories_slug_once UNIQUE (tenant_id, slug),
  CONSTRAINT categories_parent_exists FOREIGN KEY (parent_id) REFERENCES categories (id)
);
ALTER TABLE categories ENABLE ROW LEVEL SECURITY;
ALTER TABLE categories FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON categories USING (tenant_id = souk_tenant());

-- Every category below each category, itself included (depth 0). Categories never move, so rows are
-- only added. The depth bounds what a client has to nest.
CREATE TABLE category_closure (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  ancestor_id uuid NOT NULL,
  descendant_id uuid NOT NULL,
  depth integer NOT NULL,
  CONSTRAINT category_closure_pkey PRIMARY KEY (ancestor_id, descendant_id),
  CONSTRAINT category_closure_ancestor_exists FOREIGN KEY (ancestor_id) REFERENCES categories (id),
  CONSTRAINT category_closure_descendant_exists FOREIGN KEY (descendant_id) REFERENCES categories (id),
  CONSTRAINT category_closure_depth CHECK (depth BETWEEN 0 AND 9)
);
CREATE INDEX category_closure_by_descendant ON category_closure (descendant_id);
ALTER TABLE category_closure ENABLE ROW LEVEL SECURITY;
ALTER TABLE category_closure FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON category_closure USING (tenant_id = souk_tenant());

CREATE TABLE product_categories (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  product_id uuid NOT NULL,
  category_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT product_categories_pkey PRIMARY KEY (product_id, category_id),
  CONSTRAINT product_categories_product_exists FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT product_categories_category_exists FOREIGN KEY (category_id) REFERENCES categories (id)
);
CREATE INDEX product_categories_by_category ON product_categories (category_id, product_id);
ALTER TABLE product_categories ENABLE ROW LEVEL SECURITY;
ALTER TABLE product_categories FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON product_categories USING (tenant_id = souk_tenant());

-- +down
DROP TABLE product_categories;
DROP TABLE category_closure;
DROP TABLE categories;

-- Pictures that were uploaded, as shoppers get them. Content-addressed: `id` is the SHA-256 of what was
-- uploaded, so a row never changes, and two products can have the same one.

-- +up
CREATE TABLE images (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id text NOT NULL,
  width integer NOT NULL,    -- of the largest file
  height integer NOT NULL,
  widths integer[] NOT NULL, -- of the WebP files, ascending
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT images_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT images_have_an_area CHECK (width > 0 AND height > 0)
);
ALTER TABLE images ENABLE ROW LEVEL SECURITY;
ALTER TABLE images FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON images USING (tenant_id = souk_tenant());

CREATE TABLE image_files (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  image_id text NOT NULL,
  name text NOT NULL,        -- "640.webp"
  content bytea NOT NULL,
  CONSTRAINT image_files_pkey PRIMARY KEY (tenant_id, image_id, name),
  CONSTRAINT image_files_image_exists FOREIGN KEY (tenant_id, image_id) REFERENCES images ON DELETE CASCADE
);
ALTER TABLE image_files ALTER COLUMN content SET STORAGE EXTERNAL;  -- compressed already
ALTER TABLE image_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE image_files FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON image_files USING (tenant_id = souk_tenant());

-- Which products show which: an image that none shows any more is deleted. Their order and alt texts
-- stand in products.images.
CREATE TABLE product_images (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  product_id uuid NOT NULL,
  image_id text NOT NULL,
  CONSTRAINT product_images_pkey PRIMARY KEY (product_id, image_id),
  CONSTRAINT product_images_product_exists FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT product_images_image_exists FOREIGN KEY (tenant_id, image_id) REFERENCES images
);
CREATE INDEX product_images_by_image ON product_images (tenant_id, image_id);
ALTER TABLE product_images ENABLE ROW LEVEL SECURITY;
ALTER TABLE product_images FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON product_images USING (tenant_id = souk_tenant());

-- +down
DROP TABLE product_images;
DROP TABLE image_files;
DROP TABLE images;

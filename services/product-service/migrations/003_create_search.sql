-- +up
-- Text-search and trigram operators are not leakproof, so beneath a tenant policy the planner may not
-- use their indexes. search_products() runs as the owner, for whom this policy holds no condition, and
-- compares the tenant itself. It is the only function of its kind: keep it so.
CREATE POLICY search_as_owner ON products FOR SELECT TO CURRENT_USER USING (true);

-- Loads the library: only then may the owner, who is no superuser, fix its setting in the function.
SELECT show_limit();

-- The active products of `tenant` that match `query`, best first by `rank`. `mode`: 'exact' (full-text,
-- websearch syntax), 'fuzzy' (each word is spelt like one in the name), or 'auto' (exact; fuzzy where
-- nothing matches exactly). Hands out ids alone, and to the running transaction's own tenant alone: the
-- rows themselves are read under row-level security.
CREATE FUNCTION search_products(tenant uuid, query text, mode text)
  RETURNS TABLE (product_id uuid, rank real, fuzzy boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  SET client_min_messages = warning                  -- no notice for a query of stop words
  SET pg_trgm.word_similarity_threshold = 0.3        -- one wrong letter in a word of five still passes
AS $$
DECLARE
  folded CONSTANT text := fold_name(query);
  wanted tsquery;
  words text[];
BEGIN
  IF tenant IS DISTINCT FROM souk_tenant() THEN
    RAISE insufficient_privilege USING MESSAGE = 'search of another tenant';
  END IF;
  IF mode <> 'fuzzy' THEN
    BEGIN
      wanted := websearch_to_tsquery('english', query);
    EXCEPTION WHEN internal_error THEN  -- "tsquery stack too small": dozens of '-' in a row
      wanted := plainto_tsquery('english', query);
    END;
    -- Names that are little else than what was asked for come first.
    RETURN QUERY
      SELECT p.id, (1 + ts_rank(p.search, wanted) + similarity(p.folded_name, folded))::real, false
      FROM products p
      WHERE p.status = 'active' AND p.tenant_id = tenant AND p.search @@ wanted;
    IF FOUND OR mode = 'exact' THEN RETURN; END IF;
  END IF;
  -- The longest words say the most, and shorter ones than three letters nothing; eight bound the work.
  words := ARRAY(SELECT w FROM regexp_split_to_table(folded, '[^[:alnum:]]+') w
                 WHERE length(w) >= 3 GROUP BY w ORDER BY length(w) DESC, w LIMIT 8);
  RETURN QUERY
    SELECT p.id, word_similarity(folded, p.folded_name), true
    FROM products p
    WHERE p.status = 'active' AND p.tenant_id = tenant AND p.folded_name %> words[1]
      AND NOT EXISTS (SELECT FROM unnest(words[2:]) w WHERE NOT p.folded_name %> w);
END $$;
REVOKE ALL ON FUNCTION search_products(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_products(uuid, text, text) TO souk_service;

-- +down
DROP FUNCTION search_products(uuid, text, text);
DROP POLICY search_as_owner ON products;

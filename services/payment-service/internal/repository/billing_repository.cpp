#include "internal/repository/billing_repository.hpp"

#include "internal/models/invoice_json.hpp"

namespace souk::payment {
namespace {

using database::Query;

constexpr Query kInsertDocument{"billing.insert", R"(
  INSERT INTO billing_documents (id, kind, source_id, order_id, order_number, user_id, payment_id,
                                 invoice_id, currency, total_minor, content, created_at)
  SELECT id, kind, source_id, order_id, order_number, user_id, payment_id, invoice_id, currency,
         total_minor, content::jsonb, created_at
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[],
              $8::uuid[], $9::text[], $10::bigint[], $11::text[], $12::timestamptz[])
       AS new (id, kind, source_id, order_id, order_number, user_id, payment_id, invoice_id,
               currency, total_minor, content, created_at)
  ORDER BY source_id
  ON CONFLICT ON CONSTRAINT billing_documents_once DO NOTHING
  RETURNING id)"};

constexpr Query kHas{"billing.has", R"(
  SELECT EXISTS (SELECT FROM billing_documents WHERE kind = $1 AND source_id = $2) AS there)"};

// i: the invoice that a credit note corrects.
constexpr Query kLockInvoice{"billing.lock_invoice", R"(
  SELECT *, NULL::int AS invoice_year, NULL::bigint AS invoice_no
  FROM billing_documents WHERE order_id = $1 AND kind = 'invoice' FOR UPDATE)"};

constexpr Query kCredited{"billing.credited", R"(
  SELECT coalesce(sum(total_minor), 0)::bigint AS credited FROM billing_documents
  WHERE invoice_id = $1)"};

constexpr Query kUnpaidCredit{"billing.unpaid_credit", R"(
  SELECT ((SELECT coalesce(sum(d.total_minor), 0) FROM billing_documents d
          JOIN refunds r ON r.id = d.source_id AND r.status = 'failed' WHERE d.invoice_id = $1)
         - (SELECT coalesce(sum(covered_minor), 0) FROM refunds
            WHERE payment_id = $2 AND status <> 'failed'))::bigint AS unpaid,
         EXISTS (SELECT FROM refunds
                 WHERE id = $3 AND (status = 'failed' OR covered_minor > 0)) AS done)"};

constexpr Query kCover{"billing.cover", "UPDATE refunds SET covered_minor = $2 WHERE id = $1"};

constexpr Query kFindDocument{"billing.find", R"(
  SELECT d.*, i.year AS invoice_year, i.number AS invoice_no
  FROM billing_documents d LEFT JOIN billing_documents i ON i.id = d.invoice_id WHERE d.id = $1)"};

constexpr Query kInvoiceOf{"billing.invoice_of", R"(
  SELECT *, NULL::int AS invoice_year, NULL::bigint AS invoice_no
  FROM billing_documents WHERE order_id = $1 AND kind = 'invoice')"};

constexpr Query kDocumentPage{"billing.page", R"(
  SELECT d.*, i.year AS invoice_year, i.number AS invoice_no
  FROM billing_documents d LEFT JOIN billing_documents i ON i.id = d.invoice_id
  WHERE d.id < coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    AND ($2::text IS NULL OR d.kind = $2) AND ($3::uuid IS NULL OR d.order_id = $3)
    AND ($4::int IS NULL OR (d.year = $4 AND d.number = $5::bigint))
    AND ($6::timestamptz IS NULL OR coalesce(d.issued_at, d.created_at) >= $6)
    AND ($7::timestamptz IS NULL OR coalesce(d.issued_at, d.created_at) < $7)
  ORDER BY d.id DESC LIMIT $8)"};

constexpr Query kWaitingTenants{
    "billing.waiting_tenants",
    "SELECT DISTINCT tenant_id FROM billing_documents WHERE number IS NULL"};

constexpr Query kTakeNumbering{"billing.take_numbering", R"(
  SELECT pg_try_advisory_xact_lock(hashtextextended('billing numbers', 0)) AS taken)"};

// The rows are locked before they are counted: whoever came second finds them numbered, counts
// nothing and leaves the counter alone, with the advisory lock or without.
constexpr Query kNumber{"billing.number", R"(
  WITH waiting AS (
    SELECT d.id FROM billing_documents d
    WHERE d.kind = $1::text AND d.number IS NULL
      AND (d.invoice_id IS NULL
           OR EXISTS (SELECT FROM billing_documents i
                      WHERE i.id = d.invoice_id AND i.number IS NOT NULL))
    ORDER BY d.id LIMIT $5 FOR UPDATE),
  due AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM waiting),
  counter AS (
    INSERT INTO billing_counters (kind, year, last)
    SELECT $1::text, $2::int, count(*) FROM due HAVING count(*) > 0
    ON CONFLICT ON CONSTRAINT billing_counters_pk
      DO UPDATE SET last = billing_counters.last + excluded.last
    RETURNING last)
  UPDATE billing_documents d
  SET year = $2::int, number = counter.last - (SELECT count(*) FROM due) + due.place, issued_at = $3,
      seller = $4::jsonb
  FROM due, counter WHERE d.id = due.id)"};

std::optional<Issue> read_issue(const database::Row& row) {
  if (row.is_null("number")) return std::nullopt;
  return Issue{.year = row.get<std::int32_t>("year"),
               .number = row.get<std::int64_t>("number"),
               .at = row.get<Time>("issued_at"),
               .seller = seller_from_json(row.get<std::string>("seller"))};
}

std::string read_invoice_number(const database::Row& row) {
  if (row.is_null("invoice_no")) return {};
  return number_text(DocumentKind::invoice, row.get<std::int32_t>("invoice_year"),
                     row.get<std::int64_t>("invoice_no"));
}

BillingDocument read_document(const database::Row& row) {
  return {.id = row.get<DocumentId>("id"),
          .kind = document_kind(row.get<std::string>("kind")),
          .source = row.get<Uuid>("source_id"),
          .order = row.get<OrderId>("order_id"),
          .order_number = row.get<std::string>("order_number"),
          .user = row.get<UserId>("user_id"),
          .payment = row.get<PaymentId>("payment_id"),
          .invoice = row.get<std::optional<DocumentId>>("invoice_id"),
          .invoice_number = read_invoice_number(row),
          .currency = Currency::from(row.get<std::string>("currency")),
          .content = content_from_json(row.get<std::string>("content")),
          .created_at = row.get<Time>("created_at"),
          .issue = read_issue(row)};
}

std::optional<BillingDocument> read_one(const std::optional<database::Row>& row) {
  return row ? std::optional{read_document(*row)} : std::nullopt;
}

}  // namespace

Task<std::unordered_set<DocumentId>> BillingRepository::insert(
    database::Transaction& tx, const std::vector<BillingDocument>& documents) {
  std::vector<DocumentId> ids;
  std::vector<std::string> kinds, order_numbers, currencies, contents;
  std::vector<Uuid> sources;
  std::vector<OrderId> orders;
  std::vector<UserId> users;
  std::vector<PaymentId> payments;
  std::vector<std::optional<DocumentId>> invoices;
  std::vector<std::int64_t> totals;
  std::vector<Time> times;
  for (const auto& document : documents) {
    ids.push_back(document.id);
    kinds.emplace_back(name(document.kind));
    sources.push_back(document.source);
    orders.push_back(document.order);
    order_numbers.push_back(document.order_number);
    users.push_back(document.user);
    payments.push_back(document.payment);
    invoices.push_back(document.invoice);
    currencies.emplace_back(document.currency.code());
    totals.push_back(document.content.total);
    contents.push_back(content_to_json(document.content));
    times.push_back(document.created_at);
  }
  const auto rows =
      co_await tx.query(kInsertDocument, ids, kinds, sources, orders, order_numbers, users,
                        payments, invoices, currencies, totals, contents, times);
  std::unordered_set<DocumentId> written;
  for (const auto& row : rows) written.insert(row.get<DocumentId>("id"));
  co_return written;
}

Task<bool> BillingRepository::has(database::Transaction& tx, DocumentKind kind, Uuid source) {
  const auto row = co_await tx.query_one(kHas, name(kind), source);
  co_return row.get<bool>("there");
}

Task<std::optional<BillingDocument>> BillingRepository::lock_invoice(database::Transaction& tx,
                                                                     OrderId order) {
  co_return read_one(co_await tx.query_optional(kLockInvoice, order));
}

Task<std::int64_t> BillingRepository::credited(database::Transaction& tx, DocumentId invoice) {
  const auto row = co_await tx.query_one(kCredited, invoice);
  co_return row.get<std::int64_t>("credited");
}

Task<std::optional<std::int64_t>> BillingRepository::unpaid_credit(database::Transaction& tx,
                                                                   const BillingDocument& invoice,
                                                                   RefundId refund) {
  const auto row = co_await tx.query_one(kUnpaidCredit, invoice.id, invoice.payment, refund);
  if (row.get<bool>("done")) co_return std::nullopt;
  co_return row.get<std::int64_t>("unpaid");
}

void BillingRepository::cover(database::Transaction& tx, RefundId refund, std::int64_t amount) {
  tx.queue(kCover, refund, amount);
}

Task<std::optional<BillingDocument>> BillingRepository::find(database::Scope scope, DocumentId id) {
  co_return read_one(co_await database_.query_optional(scope, kFindDocument, id));
}

Task<std::optional<BillingDocument>> BillingRepository::invoice_of(database::Scope scope,
                                                                   OrderId order) {
  co_return read_one(co_await database_.query_optional(scope, kInvoiceOf, order));
}

Task<std::vector<BillingDocument>> BillingRepository::page(database::Scope scope,
                                                           DocumentFilter filter,
                                                           std::optional<DocumentId> below,
                                                           int limit) {
  std::optional<std::string> kind;
  if (filter.kind) kind = name(*filter.kind);
  std::optional<int> year;
  std::optional<std::int64_t> number;
  if (filter.number) std::tie(year, number) = *filter.number;
  std::vector<BillingDocument> documents;
  for (const auto& row : co_await database_.query(scope, kDocumentPage, below, kind, filter.order,
                                                  year, number, filter.from, filter.before, limit))
    documents.push_back(read_document(row));
  co_return documents;
}

Task<std::vector<TenantId>> BillingRepository::waiting_tenants(database::Scope scope) {
  std::vector<TenantId> tenants;
  for (const auto& row : co_await database_.query(scope, kWaitingTenants))
    tenants.push_back(row.get<TenantId>("tenant_id"));
  co_return tenants;
}

Task<bool> BillingRepository::take_numbering(database::Transaction& tx) {
  const auto row = co_await tx.query_one(kTakeNumbering);
  co_return row.get<bool>("taken");
}

Task<std::size_t> BillingRepository::number(database::Transaction& tx, DocumentKind kind, int year,
                                            Time at, const Seller& seller, int limit) {
  const auto rows = co_await tx.query(kNumber, name(kind), year, at, seller_to_json(seller), limit);
  co_return rows.affected();
}

}  // namespace souk::payment

#include "internal/handler/back_office_handler.hpp"

#include "internal/handler/messages.hpp"

namespace souk::product {
namespace {

using Action = LineOutcome::Action;

std::string_view word(Action action) {
  switch (action) {
    case Action::unchanged: return "unchanged";
    case Action::changed: return "changed";
    case Action::created: return "created";
    case Action::failed: return "failed";
  }
  return {};
}

v1::ImportedLine to_message(const LineOutcome& outcome) {
  v1::ImportedLine line;
  line.set_line(outcome.line);
  line.set_sku(outcome.sku);
  line.set_slug(outcome.slug);
  line.set_action(std::string{word(outcome.action)});
  for (const auto& change : outcome.changes) {
    auto& added = *line.add_changes();
    added.set_column(change.column);
    added.set_before(change.before);
    added.set_after(change.after);
  }
  for (const auto& problem : outcome.problems) {
    auto& added = *line.add_errors();
    added.set_column(problem.column);
    added.set_code(problem.code);
    added.set_message(problem.message);
  }
  return line;
}

v1::ImportCsvReply to_message(const std::vector<LineOutcome>& outcomes) {
  v1::ImportCsvReply reply;
  reply.set_lines(static_cast<int>(outcomes.size()));
  const auto count = [&](Action action) {
    return static_cast<int>(std::ranges::count(outcomes, action, &LineOutcome::action));
  };
  reply.set_created(count(Action::created));
  reply.set_changed(count(Action::changed));
  reply.set_unchanged(count(Action::unchanged));
  reply.set_failed(count(Action::failed));
  for (const auto& outcome : outcomes) *reply.add_items() = to_message(outcome);
  return reply;
}

}  // namespace

BackOfficeHandler::BackOfficeHandler(rpc::Service& service, BackOffice& back_office,
                                     CsvImport& import)
    : back_office_(back_office), import_(import) {
  service.bind("ListAllProducts", this, &BackOfficeHandler::list);
  service.bind("ExportProducts", this, &BackOfficeHandler::csv);
  service.bind("ImportCsv", this, &BackOfficeHandler::import);
}

Task<v1::ListProductsReply> BackOfficeHandler::list(rpc::Call& call,
                                                    const v1::ListAllProductsRequest& request) {
  const PageWish wish{
      .size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize,
      .token = request.page_token()};
  co_return souk::product::to_message(
      co_await back_office_.list(call,
                                 {.query = clean_query(request.query()),
                                  .status = request.status(),
                                  .category = request.category(),
                                  .availability = request.availability()},
                                 wish));
}

Task<common::v1::File> BackOfficeHandler::csv(rpc::Call& call,
                                              const v1::ExportProductsRequest& request) {
  common::v1::File file;
  file.set_content(co_await back_office_.csv(call, {.query = clean_query(request.query()),
                                                    .status = request.status(),
                                                    .category = request.category()}));
  file.set_content_type("text/csv; charset=utf-8");
  file.set_name("products.csv");
  file.set_attachment(true);
  co_return file;
}

Task<v1::ImportCsvReply> BackOfficeHandler::import(rpc::Call& call,
                                                   const v1::ImportCsvRequest& request) {
  auto reply = to_message(co_await import_.run(call, request.body(), request.dry_run()));
  reply.set_dry_run(request.dry_run());
  co_return reply;
}

}  // namespace souk::product

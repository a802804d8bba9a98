#include "database/blocking.hpp"

#include <cstdlib>
#include <optional>

#include "core/error.hpp"

namespace souk::database {
namespace {

bool succeeded(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

BlockingConnection::Refused refusal(PGconn* conn, const PGresult* result) {
  const auto field = [result](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text ? text : "");
  };
  auto message = field(PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = PQerrorMessage(conn);
  if (auto hint = field(PG_DIAG_MESSAGE_DETAIL); !hint.empty()) message += " (" + hint + ")";
  BlockingConnection::Refused error(message);
  error.sqlstate = field(PG_DIAG_SQLSTATE);
  error.position = std::strtoul(field(PG_DIAG_STATEMENT_POSITION).c_str(), nullptr, 10);
  return error;
}

}  // namespace

BlockingConnection::BlockingConnection(const std::string& url) : conn_(PQconnectdb(url.c_str())) {
  if (PQstatus(conn_.get()) != CONNECTION_OK) {
    std::string why = PQerrorMessage(conn_.get());
    while (why.ends_with('\n')) why.pop_back();
    throw unavailable("the database cannot be reached: " + why);
  }
  PQsetNoticeProcessor(conn_.get(), [](void*, const char*) {}, nullptr);
}

Rows BlockingConnection::run(const std::string& sql, const std::vector<Param>& params) {
  const LibpqParams given{params};
  std::shared_ptr<PGresult> result(
      PQexecParams(conn_.get(), sql.c_str(), given.count(), nullptr, given.values.data(),
                   given.lengths.data(), given.formats.data(), 0),
      PQclear);
  if (!succeeded(result.get())) throw refusal(conn_.get(), result.get());
  return Rows(std::move(result));
}

void BlockingConnection::run_script(const std::string& sql) {
  std::optional<Refused> refused;
  std::size_t done = 0;
  if (PQsendQuery(conn_.get(), sql.c_str()) != 1) throw Refused(PQerrorMessage(conn_.get()));
  while (PGresult* raw = PQgetResult(conn_.get())) {  // one result per statement
    std::unique_ptr<PGresult, decltype(&PQclear)> result(raw, PQclear);
    if (succeeded(raw)) {
      ++done;
    } else if (!refused) {
      refused = refusal(conn_.get(), raw);
      refused->statements_done = done;
    }
  }
  if (refused) throw *refused;
}

}  // namespace souk::database

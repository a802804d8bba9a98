#include "services/payment-service/tests/simulated_payment_store.hpp"

#include "internal/repository/payment_repository.hpp"
#include "internal/repository/payment_writer.hpp"
#include "internal/repository/refund_repository.hpp"

/// The repositories of payment-service on tables in memory: what their SQL says.
namespace souk::payment {
namespace {

using database::Scope;
using database::Transaction;
using simulation::statement;

Books& books() { return simulation::store<Books>(); }

/// Rows that are due, in the order of their ids; nobody else looks after them before `until`.
template <class Id, class Row>
std::vector<Row> take_due_of(simulation::Table<Id, Books::Checked<Row>>& table, Time due_at,
                             Time until, Id after, int limit) {
  std::vector<Id> due;
  for (const auto& [id, checked] : table) {
    if (checked.next_check_at && *checked.next_check_at <= due_at && id > after &&
        due.size() < static_cast<std::size_t>(limit)) {
      due.push_back(id);
    }
  }
  std::vector<Row> taken;
  for (const auto& id : due) {
    table.change(id, [&](auto& checked) {
      checked.next_check_at = until;
      ++checked.row.attempts;
    });
    taken.push_back(table.find(id)->row);
  }
  return taken;
}

template <class Deadline>
Scope within(const Payment& payment, Deadline deadline) {
  return {payment.tenant, deadline};
}

std::optional<Payment> row_of_order(OrderId order) {
  const auto* found = books().of_order(order);
  return found ? std::optional{found->row} : std::nullopt;
}

/// Puts off a payment that is still this worker's.
bool put_off(const Payment& payment, Time until, int attempts) {
  const auto* found = books().paid.find(payment.id);
  if (found->row.status != PaymentStatus::pending || found->row.attempts != payment.attempts)
    return false;
  auto row = found->row;
  row.attempts += attempts;
  if (attempts == 0) row.action = payment.action;
  books().save(std::move(row), until);
  return true;
}

}  // namespace

std::vector<simulation::PaymentFact> Books::payments() const {
  std::vector<simulation::PaymentFact> all;
  for (const auto& [id, checked] : paid) {
    const auto& row = checked.row;
    all.push_back({row.order_id, std::string{name(row.status)}, row.captured_minor,
                   row.refunded_minor, row.refunding_minor});
  }
  return all;
}

const Books::Checked<Payment>* Books::of_order(OrderId order) const {
  for (const auto& [id, checked] : paid) {
    if (checked.row.order_id == order) return &checked;
  }
  return nullptr;
}

void Books::save(Payment payment, std::optional<Time> next_check_at) {
  if (payment.refundable_minor() < 0) world.violated("refunds beyond the capture");
  const auto* before = paid.find(payment.id);
  if (before && before->row.status != payment.status &&
      !may_become(before->row.status, payment.status)) {
    world.violated(
        fmt::format("a payment that was {} is {}", name(before->row.status), name(payment.status)));
  }
  paid.put(payment.id, {payment, next_check_at});
}

std::optional<Payment> Books::settle(PaymentId id, const Outcome& outcome, Time now) {
  auto row = paid.find(id)->row;
  if (row.status != PaymentStatus::pending) return std::nullopt;
  if (outcome.attempts.value_or(row.attempts) != row.attempts) return std::nullopt;
  if (!outcome.provider.empty() && outcome.provider != row.provider) return std::nullopt;
  if (outcome.unprepared && !row.provider_reference.empty()) return std::nullopt;
  row.status = outcome.status;
  if (!outcome.provider_reference.empty()) row.provider_reference = outcome.provider_reference;
  row.decline_code = outcome.decline_code;
  if (outcome.status == PaymentStatus::captured) row.captured_minor = row.amount.amount_minor();
  row.token.clear();
  row.action.reset();
  row.updated_at = now;
  save(row, std::nullopt);
  return row;
}

Task<std::optional<Payment>> PaymentRepository::of_order(Scope scope, OrderId order_id) {
  return statement(database_, scope, [order_id] { return row_of_order(order_id); });
}

Task<std::optional<Payment>> PaymentRepository::lock_of_order(Transaction&, OrderId order_id) {
  co_return row_of_order(order_id);
}

Task<std::vector<Payment>> PaymentRepository::take_due(Scope scope, Time due_at, Time until,
                                                       PaymentId after, int limit) {
  return statement(database_, scope, [=] {
    return take_due_of<PaymentId, Payment>(books().paid, due_at, until, after, limit);
  });
}

Task<bool> PaymentRepository::keep(const Payment& payment, Time until,
                                   std::chrono::steady_clock::time_point deadline) {
  return statement(database_, within(payment, deadline),
                   [payment, until] { return put_off(payment, until, 1); });
}

Task<> PaymentRepository::release(const Payment& payment, Time next_check_at,
                                  std::chrono::steady_clock::time_point deadline) {
  return statement(database_, within(payment, deadline),
                   [payment, next_check_at] { put_off(payment, next_check_at, 0); });
}

Task<std::optional<std::string>> PaymentRepository::record_reference(
    const Payment& payment, std::string reference, std::chrono::steady_clock::time_point deadline) {
  return statement(database_, within(payment, deadline),
                   [id = payment.id, reference]() -> std::optional<std::string> {
                     const auto& checked = *books().paid.find(id);
                     if (checked.row.status != PaymentStatus::pending) return std::nullopt;
                     auto row = checked.row;
                     if (row.provider_reference.empty()) row.provider_reference = reference;
                     books().save(row, checked.next_check_at);
                     return row.provider_reference;
                   });
}

Task<bool> PaymentRepository::hand_over(const Payment& payment, std::string provider, Time until,
                                        std::chrono::steady_clock::time_point deadline) {
  return statement(database_, within(payment, deadline), [payment, provider, until] {
    const auto* found = books().paid.find(payment.id);
    if (!found->row.provider_reference.empty() || !put_off(payment, until, 1)) return false;
    auto row = books().paid.find(payment.id)->row;
    row.provider = provider;
    books().save(std::move(row), until);
    return true;
  });
}

Task<std::optional<Payment>> PaymentRepository::settle(Transaction&, PaymentId id,
                                                       Outcome outcome) {
  outcome.check();
  co_return books().settle(id, outcome, clock_.now());
}

PaymentWriter::PaymentWriter(boost::asio::any_io_executor loop, database::Database& database,
                             const Clock& clock, OnSettled on_settled)
    : database_(database),
      clock_(clock),
      on_settled_(std::move(on_settled)),
      inserts_(loop, [this](TenantId tenant,
                            auto batch) { return insert_all(tenant, std::move(batch)); }),
      settlements_(loop, [this](TenantId tenant, auto batch) {
        return settle_all(tenant, std::move(batch));
      }) {}

Task<bool> PaymentWriter::insert(Payment intent, Time next_check_at,
                                 std::chrono::steady_clock::time_point deadline, Trace trace) {
  const auto tenant = intent.tenant;
  co_return co_await inserts_.submit(tenant, {std::move(intent), next_check_at, trace}, deadline);
}

Task<Payment> PaymentWriter::settle(TenantId tenant, PaymentId id, Outcome outcome,
                                    std::chrono::steady_clock::time_point deadline) {
  outcome.check();
  co_return co_await settlements_.submit(tenant, {id, std::move(outcome)}, deadline);
}

Task<std::vector<bool>> PaymentWriter::insert_all(TenantId tenant, std::vector<Intent> intents) {
  const Scope scope{tenant, simulation::kernel::now() + std::chrono::seconds{5}};
  co_return co_await statement(database_, scope, [&] {
    std::vector<bool> written;
    for (const auto& [payment, next_check_at, trace] : intents) {
      const bool fresh = books().of_order(payment.order_id) == nullptr;
      const bool pending = payment.status == PaymentStatus::pending;
      if (fresh) books().save(payment, pending ? std::optional{next_check_at} : std::nullopt);
      written.push_back(fresh);
    }
    return written;
  });
}

Task<std::vector<Payment>> PaymentWriter::settle_all(TenantId tenant, std::vector<Result> results) {
  const Scope scope{tenant, simulation::kernel::now() + std::chrono::seconds{5}};
  co_return co_await database_.transact(scope, [&](Transaction& tx) -> Task<std::vector<Payment>> {
    std::vector<Payment> payments;
    for (const auto& [id, outcome] : results) {
      if (const auto settled = books().settle(id, outcome, clock_.now()))
        on_settled_(tx, tenant, {&*settled, 1});
      payments.push_back(books().paid.find(id)->row);
    }
    co_return payments;
  });
}

Task<std::optional<Refund>> RefundRepository::find(Transaction&, RefundId id) {
  const auto* found = books().refunds.find(id);
  co_return found ? std::optional{found->row} : std::nullopt;
}

void RefundRepository::begin(Transaction&, const Refund& refund, Time next_check_at) {
  books().refunds.put(refund.id, {refund, next_check_at});
  auto payment = books().paid.find(refund.payment_id)->row;
  payment.refunding_minor += refund.amount.amount_minor();
  payment.updated_at = clock_.now();
  books().save(std::move(payment), std::nullopt);
}

Task<bool> RefundRepository::finish(Transaction&, const Refund& refund, RefundStatus status,
                                    std::string) {
  auto row = books().refunds.find(refund.id)->row;
  if (row.status != RefundStatus::pending) co_return false;
  row.status = status;
  books().refunds.put(row.id, {row, std::nullopt});
  auto payment = books().paid.find(row.payment_id)->row;
  payment.refunding_minor -= row.amount.amount_minor();
  if (status == RefundStatus::succeeded) {
    payment.refunded_minor += row.amount.amount_minor();
    payment.status = status_after_refunds(payment.captured_minor, payment.refunded_minor);
  }
  books().save(std::move(payment), std::nullopt);
  co_return true;
}

Task<std::vector<Refund>> RefundRepository::take_due(Scope scope, Time due_at, Time until,
                                                     RefundId after, int limit) {
  return statement(database_, scope, [=] {
    return take_due_of<RefundId, Refund>(books().refunds, due_at, until, after, limit);
  });
}

/// The simulated provider's refunds are final.
Task<bool> RefundRepository::come_back(Transaction&, const Refund&) {
  throw std::logic_error{"no refund comes back here"};
}
Task<std::unordered_map<PaymentId, std::vector<Refund>>> RefundRepository::of_payments(
    Scope, const std::vector<Payment>&) {
  throw std::logic_error{"nobody lists refunds here"};
}

Task<> RefundRepository::postpone(const Refund& refund, std::optional<Time> next_check_at,
                                  std::chrono::steady_clock::time_point deadline) {
  return statement(database_, {refund.tenant, deadline}, [id = refund.id, next_check_at] {
    if (books().refunds.find(id)->row.status != RefundStatus::pending) return;
    books().refunds.change(id, [&](auto& checked) { checked.next_check_at = next_check_at; });
  });
}

}  // namespace souk::payment

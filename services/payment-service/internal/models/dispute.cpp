#include "internal/models/dispute.hpp"

namespace souk::payment {

void DisputeCost::add(const DisputeMovement& movement) {
  withdrawn_minor += movement.amount_minor;
  fee_minor += movement.fee_minor;
}

}  // namespace souk::payment

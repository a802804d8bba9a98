#include "internal/service/user_proto.hpp"

#include "runtime/proto_values.hpp"

namespace souk::user {

v1::User to_proto(const User& user) {
  v1::User proto;
  proto.set_id(user.id.str());
  proto.set_email(user.email);
  proto.set_full_name(user.full_name);
  proto.set_phone(user.phone);
  proto.set_locale(user.locale);
  for (const auto& role : user.roles) proto.add_roles(role);
  proto.set_email_verified(user.email_verified);
  proto.set_disabled(user.disabled);
  *proto.mutable_created_at() = rpc::to_proto(user.created_at);
  *proto.mutable_updated_at() = rpc::to_proto(user.updated_at);
  return proto;
}

}  // namespace souk::user

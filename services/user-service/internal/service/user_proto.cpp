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

v1::OpenSession to_proto(const OpenSession& session) {
  v1::OpenSession proto;
  proto.set_id(session.id.str());
  proto.set_device(session.place.device);
  proto.set_address(session.place.address);
  *proto.mutable_created_at() = rpc::to_proto(session.created_at);
  *proto.mutable_last_seen_at() = rpc::to_proto(session.last_used_at);
  return proto;
}

v1::SavedAddress to_proto(const SavedAddress& saved) {
  v1::SavedAddress proto;
  proto.set_id(saved.id.str());
  proto.set_label(saved.label);
  proto.set_is_default(saved.is_default);
  auto& address = *proto.mutable_address();
  address.set_full_name(saved.address.full_name);
  address.set_line1(saved.address.line1);
  if (saved.address.line2) address.set_line2(*saved.address.line2);
  address.set_city(saved.address.city);
  if (saved.address.region) address.set_region(*saved.address.region);
  address.set_postal_code(saved.address.postal_code);
  address.set_country(saved.address.country);
  *proto.mutable_created_at() = rpc::to_proto(saved.created_at);
  *proto.mutable_updated_at() = rpc::to_proto(saved.updated_at);
  return proto;
}

PostalAddress from_proto(const common::v1::Address& proto) {
  const auto optional = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
  };
  return {.full_name = proto.full_name(),
          .line1 = proto.line1(),
          .line2 = optional(proto.line2()),
          .city = proto.city(),
          .region = optional(proto.region()),
          .postal_code = proto.postal_code(),
          .country = proto.country()};
}

}  // namespace souk::user

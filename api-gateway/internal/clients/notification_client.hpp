#pragma once

#include "notification/notification.pb.h"
#include "runtime/channel.hpp"

namespace souk::gateway {

/// What the gateway asks notification-service for itself: what happens to those who look on.
struct NotificationClient {
  explicit NotificationClient(rpc::Channel& channel)
      : list_live_events(channel, "api-gateway", "souk.notification.v1.NotificationService",
                         "ListLiveEvents"),
        follow_events(channel, "api-gateway", "souk.notification.v1.NotificationService",
                      "FollowEvents") {}

  rpc::Method<notification::v1::ListLiveEventsRequest, notification::v1::LiveEvents>
      list_live_events;
  rpc::Method<notification::v1::FollowEventsRequest, notification::v1::LiveEvents> follow_events;
};

}  // namespace souk::gateway

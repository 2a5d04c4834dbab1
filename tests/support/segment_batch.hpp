// What contracts are measured on: a Segment batch of 100 events, and a usual contract of their 8 properties.
#pragma once

#include <string>

namespace planish::support {

// Of one event type, "Order Completed"; as the SDK for Node sends it.
[[nodiscard]] std::string segment_batch();
// That all of these events fit.
[[nodiscard]] std::string usual_contract();

}  // namespace planish::support

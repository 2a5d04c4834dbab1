// How long an answer can be: the room that a transform asks for.
#include <planish/batch.hpp>

#include <core/answer.hpp>
#include <core/binary.hpp>
#include <core/results.hpp>
#include <core/rules/scratch.hpp>
#include <core/told.hpp>

#include <algorithm>

namespace planish::core {

// PostHog's names each event that has an id.
std::size_t acknowledgement_bytes_max(const Plan& plan, const Limits& limits, std::size_t body_bytes,
                                      InvalidEvents mode) noexcept {
  const std::size_t any_max = std::min(std::max<std::size_t>(limits.events_max, 1), body_bytes / 2 + 1);
  const std::size_t listed_max = mode == InvalidEvents::skip ? std::min(kFaultsListed, any_max + kRequestFaultsMax) : 0;
  std::size_t ids = 0;
  if (plan.options.shape.sdk == Sdk::posthog) {
    const std::size_t text =
        plan.has_rules ? rules::edited_bytes_max(body_bytes, (any_max + 1) * plan.put_bytes) : body_bytes;
    ids = text + any_max * (kUserTextBytesMax + kResultByIdBytes);
  }
  return kHeadBytesMax + ids + listed_max * (kFaultBytesMax + 1) + 2 * kTailBytesMax + kWriteSlack;
}

// The events' part. Of planish's own answer: each valid event has kPlanishEventBytesMin bytes at least, and takes
// kResultBytesMax beside its type, which is never longer than in the body; room for the longest one is asked for,
// whatever its type. Of any other: an event has one byte at least and a comma or a line's end, and takes what
// told_bytes_max() says; rules may make them larger, within RulesScratch::may_grow(). After it: the tail and, beyond
// it, where it waits, a trace of the body, never longer than there. Then the faults, each of an event of two bytes at
// least; no more than kFaultsListed.
std::size_t answer_bytes_max(const Plan& plan, const Limits& limits, std::size_t body_bytes,
                             InvalidEvents mode) noexcept {
  const std::size_t events_max = std::max<std::size_t>(limits.events_max, 1);
  const std::size_t any_max = std::min(events_max, body_bytes / 2 + 1);
  const std::size_t valid_max = std::min(events_max, body_bytes / kPlanishEventBytesMin + 1);
  const std::size_t listed_max = mode == InvalidEvents::skip ? std::min(kFaultsListed, any_max + kRequestFaultsMax) : 0;
  const bool binary = plan.options.shape.rules == Shape::Rules::cloudevents;
  std::size_t text_bytes = body_bytes + (binary ? kAttributesBytesMax : 0);
  if (plan.has_rules) text_bytes = rules::edited_bytes_max(text_bytes, (any_max + 1) * plan.put_bytes);
  const std::size_t grown =
      plan.options.batch == nullptr ? 0 : batch_output_bytes_max(body_bytes, limits.body_bytes_max);
  // Another type has at most so many bytes, and each may become an escape. It is told as often as attributes are: as
  // there are members of an answer that say so.
  const std::size_t types = kEscapeBytesMax * std::min(grown, any_max * kEventTypeBytesMax);
  const std::size_t given = plan.answers_results ? types : plan.type_copies * types + plan.attribute_copies * grown;
  const std::size_t events =
      plan.answers_results ? body_bytes + valid_max * kResultBytesMax + kSentTypeBytesMax
                           : (plan.event_copies + 1) * (text_bytes + grown) + (any_max + 1) * plan.told_bytes_fixed;
  // What the client is answered with, where the events go to somebody else, stands after all of that.
  const std::size_t acknowledged =
      plan.options.acknowledges
          ? acknowledgement_bytes_max(plan, limits, body_bytes + (binary ? kAttributesBytesMax : 0), mode)
          : 0;
  return acknowledged + kHeadBytesMax + events + given + listed_max * (kFaultBytesMax + 1) + 2 * kTailBytesMax +
         kWriteSlack;
}

}  // namespace planish::core

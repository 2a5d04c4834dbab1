// Media type: contract section 2, row 415; and which request ids are sane, section 5.
#include <http/media_type.hpp>
#include <http/request_id.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::http {
namespace {

// As one JSON text.
bool media_type_accepted(std::string_view content_type) {
  const MediaType type = media_type_of(content_type);
  return type.utf8 && type.kind != MediaKind::other && type.kind != MediaKind::lines;
}

TEST(MediaType, AcceptsJsonAndWhatClientsSendUntold) {
  for (const std::string_view type :
       {"", "application/json", "Application/JSON", "text/json", "application/cloudevents+json",
        "application/vnd.x+JSON", "text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded"}) {
    EXPECT_TRUE(media_type_accepted(type)) << type;
  }
}

TEST(MediaType, TellsWhatTheContentIs) {
  const auto kind = [](std::string_view type) { return media_type_of(type).kind; };
  EXPECT_EQ(kind(""), MediaKind::none);
  EXPECT_EQ(kind("application/problem+json"), MediaKind::json);
  EXPECT_EQ(kind("application/CloudEvents+json; charset=UTF-8"), MediaKind::cloudevent);
  EXPECT_EQ(kind("application/cloudevents-batch+json"), MediaKind::cloudevents_batch);
  for (const char* type :
       {"application/x-ndjson", "application/ndjson", "application/JSONL", "application/x-jsonlines; charset=utf-8"}) {
    EXPECT_EQ(kind(type), MediaKind::lines) << type;
  }
  EXPECT_EQ(kind("text/plain;charset=UTF-8"), MediaKind::text);
  EXPECT_EQ(kind("application/x-www-form-urlencoded"), MediaKind::form);
  for (const char* type :
       {"application/json-seq", "text/html", "application/json; charset", "json", "application/+json", ";"}) {
    EXPECT_EQ(kind(type), MediaKind::other) << type;
  }
  EXPECT_FALSE(media_type_of("application/x-ndjson; charset=latin1").utf8);
}

TEST(MediaType, RefusesOthers) {
  for (const std::string_view type :
       {"application/xml", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-seq",
        "application/jsonlines", "application/x-json-stream", "text/html", "multipart/form-data; boundary=x",
        "application/octet-stream", "image/json", "application/+json", "application/jso", "application/jsonx", "*/*"}) {
    EXPECT_FALSE(media_type_accepted(type)) << type;
  }
}

TEST(MediaType, TakesUtf8AloneForCharset) {
  for (const std::string_view type :
       {"application/json;charset=utf-8", "application/json; charset=UTF-8", "application/json ;\tCharSet=\"utf-8\"",
        "application/json; charset=\"Utf\\-8\"", "application/json; charset=utf-8; charset=utf-8",
        "text/plain; a=b; charset=utf-8", "application/json; charset=utf8", "application/json; charset=\"UTF8\"",
        "application/json; charset=utf8; charset=utf-8"}) {
    EXPECT_TRUE(media_type_accepted(type)) << type;
  }
  for (const std::string_view type :
       {"application/json; charset=latin1", "application/json; charset=utf-16", "application/json; charset=\"utf-8 \"",
        "application/json; charset=utf-8; charset=latin1", "application/json; charset=latin1; charset=utf-8",
        "text/plain; charset=us-ascii", "application/json; charset=utf88", "application/json; charset=utf",
        "application/json; charset=''", "application/json; charset=\"\""}) {
    EXPECT_FALSE(media_type_accepted(type)) << type;
  }
}

TEST(MediaType, LetsOtherParametersPass) {
  for (const std::string_view type :
       {"application/json; profile=\"a;b, c\\\"\"", "application/json;", "application/json ; ; ;v=1"}) {
    EXPECT_TRUE(media_type_accepted(type)) << type;
  }
}

TEST(MediaType, RefusesWhatFollowsNoGrammar) {
  for (const std::string_view type :
       {"application", "application/", "/json", "json", "application /json", "application/ json",
        "application/json, text/plain", "application/json x", "application/json; charset", "application/json; charset=",
        "application/json; charset =utf-8", "application/json; charset= utf-8", "application/json; =utf-8",
        "application/json; a=\"b", "application/json; a=\"b\\", "application/json; a=\"b\"c", "application/json/x"}) {
    EXPECT_FALSE(media_type_accepted(type)) << type;
  }
}

TEST(RequestId, IsSaneFrom1To128Bytes) {
  EXPECT_FALSE(request_id_sane(""));
  EXPECT_TRUE(request_id_sane("a"));
  EXPECT_TRUE(request_id_sane(std::string(128, 'a')));
  EXPECT_FALSE(request_id_sane(std::string(129, 'a')));
}

TEST(RequestId, IsMadeOfAFewBytesOnly) {
  const std::string_view sane = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=:-";
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    EXPECT_EQ(request_id_sane({&byte, 1}), sane.find(byte) != std::string_view::npos) << c;
    EXPECT_EQ(request_id_sane(std::string("a") + byte + "b"), sane.find(byte) != std::string_view::npos) << c;
  }
}

}  // namespace
}  // namespace planish::http

// CloudEvents' attributes in the fields of a request, as the HTTP binding encodes them.
#include <http/cloud_event_fields.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::http {
namespace {

std::string read(std::string_view lines) {
  std::string room(lines.size(), '#');
  CloudEventFields fields;
  fields.read(lines, room);
  std::string out;
  for (const Attribute& one : fields.attributes()) out += std::string(one.name) + "=" + std::string(one.value) + ";";
  return out;
}

constexpr std::string_view kRequired = "ce-specversion: 1.0\r\nce-id: 1\r\nCe-Source: /s\r\nCE-TYPE: t\r\n";

TEST(CloudEventFields, AreThereWhenAllRequiredOnesAre) {
  EXPECT_TRUE(CloudEventFields::are_in(kRequired));
  EXPECT_FALSE(CloudEventFields::are_in("ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\n"));
  EXPECT_FALSE(CloudEventFields::are_in(""));
}

TEST(CloudEventFields, ComeInTheirOrderWithNamesInLowerCase) {
  EXPECT_EQ(read("Host: a\r\nCE-Type: t\r\nContent-Type: application/json\r\nce-MyExt:  x \r\nce-: y\r\n"),
            "type=t;datacontenttype=application/json;myext=x;");
  EXPECT_EQ(read("ce-empty:\r\n"), "empty=;");
}

TEST(CloudEventFields, LoseQuotesAndOneRoundOfPercentEncoding) {
  EXPECT_EQ(read("ce-a: Gr%C3%BC%C3%9Fe%20%22x%22%20%25\r\n"),
            "a=Gr\xC3\xBC\xC3\x9F"
            "e \"x\" %;");
  EXPECT_EQ(read("ce-a: \"a \\\"b\\\" %41\"\r\n"), "a=a \"b\" A;");
  EXPECT_EQ(read("ce-a: Gr\xC3\xBC\r\nce-b: \"open\r\n"), "a=Gr\xC3\xBC;b=\"open;");
}

TEST(CloudEventFields, HoldAsManyAsAHeadHasFields) {
  std::string lines;
  for (std::size_t i = 0; i < kFieldsMax; ++i) lines += "ce-a: b\r\n";
  EXPECT_EQ(read(lines).size(), kFieldsMax * std::string_view("a=b;").size());
}

}  // namespace
}  // namespace planish::http

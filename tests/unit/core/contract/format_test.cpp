// Formats, each against the corners of its grammar.
#include <core/contract/format.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace planish::core::contract {
namespace {

void expect(Format format, const std::vector<std::string>& valid, const std::vector<std::string>& invalid) {
  for (const std::string& text : valid)
    EXPECT_TRUE(is_of_format(text, format)) << format_name(format).name << ": " << text;
  for (const std::string& text : invalid)
    EXPECT_FALSE(is_of_format(text, format)) << format_name(format).name << ": " << text;
}

TEST(Format, ReadsDatesAndTimes) {
  expect(Format::date, {"2024-02-29", "2000-02-29", "0000-01-01", "9999-12-31"},
         {"", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-04-31", "2024-1-01",
          "2024-01-011", "20240101", "2024/01/01", "2024-01-1a"});
  expect(Format::time,
         {"00:00:00Z", "23:59:59.999999999+23:59", "12:00:00z", "23:59:60Z", "00:59:60+01:00", "15:59:60-08:00"},
         {"", "24:00:00Z", "00:60:00Z", "00:00:61Z", "12:00:60Z", "12:00:00", "12:00:00.Z", "12:00Z", "12:00:00+24:00",
          "12:00:00+00:60", "12:00:00+0100", "12:00:00 Z", "12:00:00Zx"});
  expect(Format::date_time, {"2024-02-29T12:00:00Z", "2024-02-29t12:00:00.5-00:00", "1998-12-31T23:59:60Z"},
         {"", "2024-02-29", "2024-02-29 12:00:00Z", "2024-02-30T12:00:00Z", "2024-02-29T12:00:00", "2024-02-29T",
          "1998-12-31T22:59:60Z"});
}

TEST(Format, ReadsAddresses) {
  expect(Format::ipv4, {"0.0.0.0", "255.255.255.255", "1.2.3.4"},
         {"", "1.2.3", "1.2.3.4.5", "256.0.0.0", "01.2.3.4", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4a", "0x1.2.3.4"});
  expect(Format::ipv6,
         {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4",
          "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"},
         {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1::", "12345::", "g::",
          "1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "fe80::1%eth0", "1:", ":1", "1:2:3:4:5::7:8:9"});
}

TEST(Format, ReadsHostNames) {
  const std::string label(63, 'a');
  expect(Format::hostname,
         {"a", "example.com", "1.2", "a-b.c--d", label, label + "." + label + "." + label + "." + std::string(61, 'a')},
         {"", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", label + "a",
          label + "." + label + "." + label + "." + std::string(62, 'a'), "é.com", "a b"});
}

TEST(Format, ReadsLabelsOfUnicode) {
  expect(Format::hostname, {"xn--bcher-kva.example", "XN--BCHER-KVA", "xn--9n2bp8q", "xn--ll-0ea"},
         {"xn--", "xn--X", "xn--a", "xn--a-", "xn--99999999999", "xn--l-gda", "xn--hello-zed"});
}

TEST(Format, ReadsMailboxes) {
  expect(Format::email,
         {"a@b", "joe.bloggs@example.com", "a+b~c@d.e", "\"a b\"@c.d", "\"\\\"\"@c", "a@[1.2.3.4]", "a@[IPv6:::1]",
          "\"a@b\"@c"},
         {"", "a", "@a", "a@", ".a@b", "a.@b", "a..b@c", "a b@c", "a@b_c", "a@[1.2.3]", "a@[]", "\"a@b", "\"\\\"@c",
          "\"a\"b@c", "a@b@c"});
}

TEST(Format, ReadsUris) {
  expect(Format::uri,
         {"a:", "http://a", "http://u:p@h:80/p;x?q=/?#f/?", "urn:a:b", "mailto:a@b.c", "http://[::1]:1/",
          "http://[v1.a:b]/", "http://a:/", "x:/%20", "file:///a"},
         {"", "a", "//a", "1:a", ":a", "http://a b", "http://a/%2", "http://a/%zz", "http://[::1", "http://[1.2.3.4]",
          "http://a:b", "http://a/[", "http://a#b#c", "http://\xC3\xA9", "a:\\b", "http://[v.a]/"});
}

TEST(Format, ReadsTheSmallOnes) {
  expect(Format::uuid, {"01234567-89ab-CDEF-0123-456789abcdef"},
         {"", "0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdeg",
          "01234567-89ab-cdef-0123-456789abcdef0", "0123456-789ab-cdef-0123-456789abcdef"});
  expect(Format::json_pointer, {"", "/", "/a/0/~0~1", "//"}, {"a", "#/a", "/~", "/~2", "/a~"});
  expect(Format::regex, {"", "a|b", "(?=a)", "(a)\\1", "[]"}, {"(", "[a", "\\a", "a**"});
}

}  // namespace
}  // namespace planish::core::contract

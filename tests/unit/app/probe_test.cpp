// Where healthcheck and smoke connect to, and what they send.
#include <app/probe.hpp>
#include <net/address.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::app {
namespace {

std::optional<net::Url> asked(std::string_view url, const std::vector<std::string>& listen = {}) {
  std::string why;
  auto found = probe_url(url, listen, why);
  EXPECT_EQ(found.has_value(), why.empty()) << why;
  return found;
}

std::string fault_of(std::string_view url) {
  std::string why;
  static_cast<void>(probe_url(url, {}, why));
  return why;
}

TEST(Probe, WildcardsAreAskedOnTheLoopback) {
  EXPECT_EQ(asked("", {":81"})->host, "127.0.0.1");
  EXPECT_EQ(asked("", {"0.0.0.0:81"})->host, "127.0.0.1");
  EXPECT_EQ(asked("", {"[::]:81"})->host, "::1");
  EXPECT_EQ(asked("", {"10.1.2.3:81"})->host, "10.1.2.3");
  EXPECT_EQ(asked("", {"127.0.0.1:0", "unix:/x"})->unix_path, "/x");
  EXPECT_FALSE(asked("", {"127.0.0.1:0"}));
}

TEST(Probe, UrlsHaveAHostAndMayHavePortAndPath) {
  const auto url = asked("http://example.com:8080/in/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, "8080");
  EXPECT_EQ(url->path, "/in");
  EXPECT_EQ(asked("http://[::1]:1")->host, "::1");
  EXPECT_EQ(asked("http://[::1]")->port, "80");
  EXPECT_EQ(asked("http://h")->path, "");
  for (const std::string_view bad : {"https://h", "h:80", "http://", "http://:80", "http://h:", "http://h:x",
                                     "http://h:65536", "http://h/a b", "http://u@h", "unix:"}) {
    EXPECT_FALSE(asked(bad)) << bad;
  }
}

TEST(Probe, WhatIsWrongWithAUrlIsNamed) {
  EXPECT_EQ(fault_of("host:8080"), "--url: \"host:8080\" has no http:// in front");
  EXPECT_EQ(fault_of("host"), "--url: \"host\" has no http:// in front");
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"https://h", "TLS"},
      {"ftp://h", "scheme"},
      {"/run/p.sock", "unix:"},
      {"http://", "names no host"},
      {"http://:80", "names no host"},
      {"http://h:", "port"},
      {"http://h:0", "port"},
      {"http://h:65536", "port"},
      {"http://h:x", "port"},
      {"http://u@h", "user"},
      {"http://h/a b", "blanks"},
      {"http://h?a", "query"},
      {"http://h/#a", "fragment"},
      {"unix:", "no path"},
      {"unix:" + std::string(108, 'x'), "longer"},
  };
  for (const auto& [url, word] : faults) EXPECT_NE(fault_of(url).find(word), std::string::npos) << fault_of(url);
  EXPECT_TRUE(asked("unix:" + std::string(107, 'x')));
  EXPECT_TRUE(fault_of("").starts_with("no address to ask"));
}

TEST(Probe, RequestsAreFramed) {
  const net::Url url = *asked("http://[::1]:81/in");
  EXPECT_EQ(probe_request(url, "GET", "/readyz", "", ""),
            "GET /in/readyz HTTP/1.1\r\nHost: [::1]:81\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(probe_request(url, "POST", "/", "", "ab").ends_with("\r\nContent-Length: 2\r\n\r\nab"));
  EXPECT_TRUE(probe_request(url, "POST", "/", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n")
                  .ends_with("chunked\r\n\r\n0\r\n\r\n"));
  EXPECT_TRUE(probe_request(url, "OPTIONS", "*", "", "").starts_with("OPTIONS * HTTP/1.1\r\n"));
}

TEST(Probe, FieldsOfAnAnswerAreFoundWithoutCase) {
  const net::ClientResponse answer{200, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX:\r\nAllow:  GET", ""};
  EXPECT_EQ(answer.field("content-length"), "3");
  EXPECT_EQ(answer.field("allow"), "GET");
  EXPECT_EQ(answer.field("x"), "");
  EXPECT_FALSE(answer.field("content"));
}

TEST(Address, BothWays) {
  for (const std::string_view text :
       {":8080", ":0", "0.0.0.0:8080", "127.0.0.1:0", "[::]:8080", "[::1]:65535", "unix:/run/p.sock"}) {
    const auto endpoint = net::parse_address(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(net::to_string(*endpoint), text);
  }
  EXPECT_EQ(net::parse_address("localhost:1")->host, "127.0.0.1");
  EXPECT_TRUE(net::parse_address("unix:" + std::string(107, 'x')));
  EXPECT_FALSE(net::parse_address("unix:" + std::string(108, 'x')));
}

}  // namespace
}  // namespace planish::app

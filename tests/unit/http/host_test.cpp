// Host: what is a host and a port, and what only looks like it.
#include <http/host.hpp>

#include <gtest/gtest.h>

namespace planish::http {
namespace {

TEST(Host, TakesNamesAddressesAndPorts) {
  for (const std::string_view host : {"a",
                                      "localhost",
                                      "a.b-c.example",
                                      "EXAMPLE.com",
                                      "a_b",
                                      "a:80",
                                      "a:",
                                      "a:0",
                                      "a:65535",
                                      "a:00080",
                                      "127.0.0.1",
                                      "127.0.0.1:8080",
                                      "999.1.1.1",
                                      "%41b",
                                      "a%2Fb",
                                      "xn--bcher-kva",
                                      "a;b=c",
                                      "!$&'()*+;=",
                                      "~",
                                      "[::]",
                                      "[::1]",
                                      "[::1]:8080",
                                      "[::1]:",
                                      "[1:2:3:4:5:6:7:8]",
                                      "[2001:db8::1]",
                                      "[1::8]",
                                      "[1:2:3:4:5:6:7::]",
                                      "[::2:3:4:5:6:7:8]",
                                      "[::ffff:1.2.3.4]",
                                      "[1:2:3:4:5:6:1.2.3.4]",
                                      "[ABCD::ef]",
                                      "[v1.a:b]",
                                      "[vF.~]"}) {
    EXPECT_TRUE(host_valid(host)) << host;
    EXPECT_TRUE(authority_valid(host)) << host;
  }
}

TEST(Host, MayBeEmptyInAFieldOnly) {
  EXPECT_TRUE(host_valid(""));
  EXPECT_FALSE(authority_valid(""));
}

TEST(Host, RefusesEverythingElse) {
  for (const std::string_view host : {":",
                                      ":80",
                                      "a b",
                                      " a",
                                      "a/b",
                                      "a?b",
                                      "a#b",
                                      "u@a",
                                      "a,b",
                                      "a:b",
                                      "a:80x",
                                      "a:65536",
                                      "a:-1",
                                      "a:+1",
                                      "a:80:80",
                                      "a::",
                                      "a\tb",
                                      "\xc3\xa9",
                                      "a\"",
                                      "a\\",
                                      "<a>",
                                      "a%",
                                      "a%4",
                                      "a%4g",
                                      "%zz",
                                      "[",
                                      "]",
                                      "[]",
                                      "[::1",
                                      "::1",
                                      "[::1]a",
                                      "[::1]80",
                                      "[::1]:x",
                                      "[1]",
                                      "[1:2:3:4:5:6:7]",
                                      "[1:2:3:4:5:6:7:8:9]",
                                      "[1:2:3:4:5:6:7:8::]",
                                      "[::1:2:3:4:5:6:7:8]",
                                      "[1::2::3]",
                                      "[:::]",
                                      "[:1:2:3:4:5:6:7]",
                                      "[1:2:3:4:5:6:7:]",
                                      "[12345::]",
                                      "[g::]",
                                      "[::1.2.3]",
                                      "[::1.2.3.4.5]",
                                      "[::256.1.1.1]",
                                      "[::01.1.1.1]",
                                      "[1.2.3.4]",
                                      "[1.2.3.4::]",
                                      "[::1.2.3.4:1]",
                                      "[1:2:3:4:5:6:7:1.2.3.4]",
                                      "[fe80::1%25en0]",
                                      "[fe80::1%en0]",
                                      "[v.a]",
                                      "[v1.]",
                                      "[v1]",
                                      "[vg.a]",
                                      "[v1.a b]",
                                      "[[::1]]"}) {
    EXPECT_FALSE(host_valid(host)) << host;
  }
}

}  // namespace
}  // namespace planish::http

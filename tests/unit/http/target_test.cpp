// Target: the path in each of its forms, and which method may use which.
#include <http/target.hpp>

#include <gtest/gtest.h>

namespace planish::http {
namespace {

using Path = std::optional<std::string_view>;

TEST(Target, IsAPathForEveryMethodButConnect) {
  for (const Method method : {Method::get, Method::head, Method::post, Method::options, Method::other}) {
    EXPECT_EQ(path_of("/", method), Path("/"));
    EXPECT_EQ(path_of("/a/b?c=d?e", method), Path("/a/b"));
    EXPECT_EQ(path_of("/?", method), Path("/"));
    EXPECT_EQ(path_of("//a", method), Path("//a"));
    EXPECT_EQ(path_of("/%2f/../x", method), Path("/%2f/../x"));
    EXPECT_EQ(path_of("http://a/b?c", method), Path("/b"));
    EXPECT_EQ(path_of("HTTPS://[::1]:8443/b", method), Path("/b"));
    EXPECT_EQ(path_of("http://a?c=/", method), Path("/"));
    EXPECT_EQ(path_of("http://a/?", method), Path("/"));
  }
  EXPECT_EQ(path_of("http://a", Method::post), Path("/"));
  EXPECT_EQ(path_of("http://a", Method::options), Path("*"));  // RFC 9112, section 3.2.4
  EXPECT_EQ(path_of("/", Method::connect), Path());
  EXPECT_EQ(path_of("http://a/", Method::connect), Path());
}

TEST(Target, IsAnAsteriskForOptionsOnly) {
  EXPECT_EQ(path_of("*", Method::options), Path("*"));
  for (const Method method : {Method::get, Method::head, Method::post, Method::connect, Method::other}) {
    EXPECT_EQ(path_of("*", method), Path());
  }
  EXPECT_EQ(path_of("*a", Method::options), Path());
  EXPECT_EQ(path_of("**", Method::options), Path());
}

TEST(Target, IsAnAuthorityForConnectOnly) {
  EXPECT_EQ(path_of("a:443", Method::connect), Path("*"));
  EXPECT_EQ(path_of("[::1]:443", Method::connect), Path("*"));
  for (const std::string_view target : {"a", "a:", ":443", "a:x", "u@a:443", "[::1]", "a:443/", "*"}) {
    EXPECT_EQ(path_of(target, Method::connect), Path()) << target;
  }
  EXPECT_EQ(path_of("a:443", Method::get), Path());
}

TEST(Target, RefusesOtherForms) {
  for (const std::string_view target :
       {"a", "a/b", "?a", "http:", "http:/a", "http:///a", "http://", "http://?a", "http://u@a/", "http://a:b/",
        "http://a b/", "ftp://a/", "://a/", "xhttp://a/", "ht%74p://a/", ".", "\\"}) {
    EXPECT_EQ(path_of(target, Method::get), Path()) << target;
    EXPECT_EQ(path_of(target, Method::options), Path()) << target;
  }
}

}  // namespace
}  // namespace planish::http

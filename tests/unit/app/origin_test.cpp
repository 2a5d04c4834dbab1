// Origins: what a browser sends passes, and every other spelling is answered with the right one.
#include <app/setting_checks.hpp>

#include <http/response.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace planish::app {
namespace {

TEST(Origin, TakesWhatABrowserSends) {
  for (const std::string_view origin : {"*",
                                        "https://example.com",
                                        "http://localhost:3000",
                                        "https://a.b-c.example:8443",
                                        "http://127.0.0.1",
                                        "http://[::1]:8080",
                                        "http://[2001:db8::1]",
                                        "http://[::ffff:102:304]",
                                        "http://[1:0:0:2::3]",
                                        "http://[::]",
                                        "http://[1:2:3:4:5:6:7:0]",
                                        "https://xn--bcher-kva.example",
                                        "https://example.com.",
                                        "http://x_y.example",
                                        "https://x:80",
                                        "http://x:443",
                                        "http://x:1",
                                        "http://x:65535",
                                        "https://0x.example",
                                        "https://1.example",
                                        "chrome-extension://abcdefghijklmnop",
                                        "capacitor://localhost",
                                        "ionic://localhost:80"}) {
    EXPECT_EQ(check_origin(origin), "") << origin;
  }
  const std::string longest = "https://" + std::string(http::kOriginBytesMax - 8, 'a');
  EXPECT_EQ(check_origin(longest), "");
  EXPECT_NE(check_origin(longest + 'a'), "");
}

TEST(Origin, SaysHowABrowserWritesIt) {
  const std::pair<std::string_view, std::string_view> spellings[] = {
      {"https://x:443", "https://x"},
      {"http://x:80", "http://x"},
      {"HTTPS://X", "https://x"},
      {"https://Example.com:8443", "https://example.com:8443"},
      {"https://x/", "https://x"},
      {"https://x/path", "https://x"},
      {"https://x:443/path?q#f", "https://x"},
      {"https://x?q", "https://x"},
      {"https://x#f", "https://x"},
      {"https://x:", "https://x"},
      {"https://x:08443", "https://x:8443"},
      {"http://[0:0:0:0:0:0:0:1]", "http://[::1]"},
      {"http://[::1.2.3.4]", "http://[::102:304]"},
      {"http://[2001:DB8::1]", "http://[2001:db8::1]"},
      {"http://[1:0:0:2:0:0:0:3]", "http://[1:0:0:2::3]"},
      {"http://127.0.0.1.", "http://127.0.0.1"},
      {"Capacitor://localhost", "capacitor://localhost"},
  };
  for (const auto& [said, sent] : spellings) {
    EXPECT_TRUE(check_origin(said).ends_with(" is not what a browser sends; write " + std::string(sent)))
        << check_origin(said);
    EXPECT_EQ(check_origin(sent), "");
  }
}

TEST(Origin, RefusesWhatIsNone) {
  for (const std::string_view origin : {"",
                                        "null",
                                        "example.com",
                                        "https:",
                                        "https://",
                                        "https://:80",
                                        "://x",
                                        "1a://x",
                                        "https://x:65536",
                                        "https://x:0",
                                        "https://x:-1",
                                        "https://x:a",
                                        "https://u@x",
                                        "https://a b",
                                        "https://*.example.com",
                                        "https://b\xC3\xBC"
                                        "cher",
                                        "http://127.1",
                                        "http://256.1.1.1",
                                        "http://0x7f000001",
                                        "http://127.0.0.01",
                                        "http://[::1",
                                        "http://::1",
                                        "http://[::g]",
                                        "http://[]",
                                        "http://.",
                                        "https://x\n",
                                        "x"}) {
    EXPECT_NE(check_origin(origin), "") << origin;
  }
  EXPECT_NE(check_origin("https://x:65536").find("65535"), std::string::npos);
  EXPECT_NE(check_origin("https://*.a.example").find("patterns"), std::string::npos);
}

}  // namespace
}  // namespace planish::app

// Routes: which path answers to what, and where.
#include <http/routes.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::http {
namespace {

using http::Route;

// The routes of a listener, with an endpoint on each of these paths.
class Served {
 public:
  Served(std::vector<std::string> paths, bool admin_apart, bool admin, std::string_view shape = "planish")
      : endpoints_({{.paths = std::move(paths), .transform = Transform({.shape = *ready_made_shape(shape)})}}),
        routes_(admin_apart, admin) {}
  [[nodiscard]] const RouteRow& find(std::string_view path) const {
    Request asked;
    asked.path = path;
    return *routes_.route(endpoints_, asked).row;
  }
  [[nodiscard]] std::optional<Fault> fault_of(const Request& request) const {
    return routes_.route(endpoints_, request).fault;
  }

 private:
  Endpoints endpoints_;
  Routes routes_;
};

const Served kAll({"/"}, false, false);
const Served kOpen({"/"}, true, false);
const Served kAdmin({"/"}, true, true);

Request request(Method method, std::string_view path) {
  Request made;
  made.method = method;
  made.path = path;
  made.framing = method == Method::post ? Framing::length : Framing::none;
  return made;
}

bool has(const Served& routes, std::string_view path) {
  return routes.find(path).route != Route::other;
}

TEST(Routes, HaveAnAnswerWhereTheyHaveAPath) {
  for (const RouteRow& row : route_rows()) {
    const bool has_path = row.name.starts_with('/') || row.route == Route::transform;
    EXPECT_EQ(row.answer != nullptr, has_path) << row.name;
  }
}

TEST(Routes, FindsEveryRouteOfTheContract) {
  EXPECT_EQ(kAll.find("/").route, Route::transform);
  EXPECT_EQ(kAll.find("/healthz").route, Route::healthz);
  EXPECT_EQ(kAll.find("/readyz").route, Route::readyz);
  EXPECT_EQ(kAll.find("/metrics").route, Route::metrics);
  EXPECT_EQ(kAll.find("/version").route, Route::version);
  EXPECT_EQ(kAll.find("/openapi.json").route, Route::openapi);
  EXPECT_EQ(kAll.find("/problems/not-json").route, Route::problems);
  EXPECT_EQ(kAll.find("*").route, Route::asterisk);
}

TEST(Routes, CompareByteForByte) {
  for (const std::string_view path : {"", "/healthz/", "/Healthz", "/%68ealthz", "//healthz", "/./healthz",
                                      "/problems/", "/problems", "/problems/not-json/", "/problems/nope",
                                      "/problems/Not-Json", "healthz", "a:80", "other", "none", "/problems/{slug}"}) {
    EXPECT_FALSE(has(kAll, path)) << path;
  }
}

TEST(Routes, MoveTheTransform) {
  const Served moved({"/v1/events"}, false, false);
  EXPECT_EQ(moved.find("/v1/events").route, Route::transform);
  EXPECT_FALSE(has(moved, "/"));
  EXPECT_FALSE(has(moved, "/v1/events/"));
}

TEST(Routes, MoveToTheAdminAddressWhatIsNobodyElsesBusiness) {
  for (const std::string_view path : {"/metrics", "/version", "/readyz"}) {
    EXPECT_TRUE(has(kAll, path)) << path;
    EXPECT_FALSE(has(kOpen, path)) << path;
    EXPECT_TRUE(has(kAdmin, path)) << path;
  }
  for (const std::string_view path : {"/healthz", "/problems/not-found", "*"}) {
    EXPECT_TRUE(has(kOpen, path)) << path;
    EXPECT_TRUE(has(kAdmin, path)) << path;
  }
  for (const std::string_view path : {"/", "/openapi.json"}) {
    EXPECT_TRUE(has(kOpen, path)) << path;
    EXPECT_FALSE(has(kAdmin, path)) << path;
  }
}

TEST(Routes, TakeTheMethodsThatAllowNames) {
  EXPECT_EQ(allow_of(kAll.find("/").methods), "POST, OPTIONS");
  EXPECT_EQ(allow_of(kAll.find("/healthz").methods), "GET, HEAD, OPTIONS");
  EXPECT_EQ(allow_of(kAll.find("*").methods), "GET, HEAD, POST, OPTIONS");
  const auto fault = [](Method method, std::string_view path) { return kAll.fault_of(request(method, path)); };
  for (const Method method : {Method::get, Method::head, Method::options}) EXPECT_FALSE(fault(method, "/healthz"));
  for (const Method method : {Method::post, Method::connect, Method::other})
    EXPECT_EQ(fault(method, "/metrics"), Fault::method);
  for (const Method method : {Method::post, Method::options}) EXPECT_FALSE(fault(method, "/"));
  for (const Method method : {Method::get, Method::head, Method::connect, Method::other})
    EXPECT_EQ(fault(method, "/"), Fault::method);
  EXPECT_FALSE(fault(Method::options, "*"));
}

TEST(Routes, FindFaultsInTheOrderOfTheContract) {
  Request wrong = request(Method::other, "/nope");
  wrong.framing = Framing::none;
  wrong.media_type = {MediaKind::other};
  wrong.codings_ok = false;
  EXPECT_EQ(kAll.fault_of(wrong), Fault::not_found);
  wrong.path = "/";
  EXPECT_EQ(kAll.fault_of(wrong), Fault::method);
  wrong.method = Method::post;
  EXPECT_EQ(kAll.fault_of(wrong), Fault::length_required);
  wrong.framing = Framing::chunked;
  EXPECT_EQ(kAll.fault_of(wrong), Fault::media_type);
  wrong.media_type = {MediaKind::json};
  EXPECT_EQ(kAll.fault_of(wrong), Fault::content_coding);
  wrong.codings_ok = true;
  EXPECT_EQ(kAll.fault_of(wrong), std::nullopt);
}

TEST(Routes, LookAtTheContentOfTheTransformOnly) {
  Request get = request(Method::get, "/healthz");
  get.media_type = {MediaKind::other};
  get.codings_ok = false;
  EXPECT_FALSE(kAll.fault_of(get));
}

TEST(Routes, KeepTheBuiltInOnesFromAPathWithAStar) {
  const Served wild({"/*", "/problems/*"}, true, false);
  EXPECT_EQ(wild.find("/x").route, Route::transform);
  EXPECT_EQ(wild.find("/healthz").route, Route::healthz);
  EXPECT_EQ(wild.find("/problems/not-json").route, Route::problems);
  EXPECT_EQ(wild.find("/problems/x").route, Route::transform);
  EXPECT_FALSE(has(wild, "/metrics"));  // on the admin address alone
  EXPECT_FALSE(has(wild, "/"));
}

TEST(Routes, TakeWhatTheShapeTakes) {
  const Served segment({"/"}, false, false, "segment");
  const Served events({"/"}, false, false, "cloudevents");
  Request asked = request(Method::post, "/");
  asked.media_type = {MediaKind::lines};
  EXPECT_EQ(kAll.fault_of(asked), Fault::lines);
  EXPECT_FALSE(segment.fault_of(asked));
  asked.media_type = {MediaKind::other};
  EXPECT_EQ(segment.fault_of(asked), Fault::media_type);
  asked.media_type = {MediaKind::text, false};
  EXPECT_EQ(segment.fault_of(asked), Fault::media_type);
  // Attributes in the fields: the content may be missing, and is JSON where it is not.
  asked.fields = "ce-specversion: 1.0\r\nCE-ID: 1\r\nce-source: /s\r\nce-type: t\r\n";
  asked.media_type = {MediaKind::text};
  EXPECT_EQ(events.fault_of(asked), Fault::data_type);
  EXPECT_FALSE(segment.fault_of(asked));
  asked.media_type = {MediaKind::none};
  asked.framing = Framing::none;
  EXPECT_FALSE(events.fault_of(asked));
  EXPECT_EQ(segment.fault_of(asked), Fault::length_required);
}

TEST(PathProblem, AcceptsPathsOfUris) {
  for (const std::string_view path :
       {"/", "/v1/events", "/a%20b", "/a;b=c,d@e:f", "/healthz/", "/problem", "/problems", "/v1/*", "/*/a"}) {
    EXPECT_EQ(path_problem(path), "") << path;
  }
  EXPECT_EQ(path_problem("/" + std::string(254, 'a')), "");
}

TEST(PathProblem, RefusesOthers) {
  for (const std::string_view path :
       {"", "events", "*", "/a?b", "/a#b", "/a b", "/a\"b", "/\xc3\xa9", "/a\n", "/healthz", "/readyz", "/metrics",
        "/version", "/v*", "/a/**", "/openapi.json", "/problems/", "/problems/not-json", "/problems/x"}) {
    EXPECT_NE(path_problem(path), "") << path;
  }
  EXPECT_NE(path_problem("/" + std::string(255, 'a')), "");
  EXPECT_EQ(path_problem("/problems/x"), "is taken by the built-in route /problems/{slug}");
}

}  // namespace
}  // namespace planish::http

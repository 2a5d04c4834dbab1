// Allocation: an answer costs none.
#include <support/allocations.hpp>
#include <unit/http/service_fixture.hpp>

#include <new>

namespace planish::http {
namespace {

class AllocationTest : public ServiceTest {
 protected:
  // Of one request, after one that is not counted.
  std::size_t cost(const Request& asked, std::string_view body) {
    std::string buffer(body);
    buffer.resize(body.size() + kPadding);
    const PaddedView content(buffer, body.size());
    std::size_t before = 0;
    for (int round = 0; round < 2; ++round) {
      outbox.clear();
      seen.clear();
      seen.reserve(2);
      before = support::allocations();
      send_answer(asked, content, false);
    }
    return support::allocations() - before;
  }
};

TEST_F(AllocationTest, TheTransformsAnswersCostNone) {
  Request asked = request(Method::post, "/");
  EXPECT_EQ(cost(asked, kEvents), 0U);
  EXPECT_EQ(cost(asked, kHalf), 0U);
  EXPECT_EQ(cost(asked, "{"), 0U);
  EXPECT_EQ(cost(asked, "{}"), 0U);
  asked.prefer = Handling::lenient;
  asked.request_id = {};
  EXPECT_EQ(cost(asked, kHalf), 0U);
}

TEST_F(AllocationTest, OtherAnswersCostNoneEither) {
  for (const std::string_view path :
       {"/healthz", "/readyz", "/version", "/openapi.json", "/problems/not-json", "/metrics", "/nope", "/"}) {
    EXPECT_EQ(cost(request(Method::get, path), {}), 0U) << path;
  }
}

TEST_F(AllocationTest, IsCounted) {
  const std::size_t before = support::allocations();
  void* const memory = ::operator new(1'000);  // not a string: a compiler may do without what that asks for
  EXPECT_EQ(support::allocations() - before, 1U);
  ::operator delete(memory);
}

}  // namespace
}  // namespace planish::http

#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace xuncha {

template <class Signature>
class FunctionView;

// A callable that is only borrowed for the length of a call: no allocation, unlike std::function. Never stored.
template <class R, class... Arguments>
class FunctionView<R(Arguments...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionView> && std::is_invocable_r_v<R, F&, Arguments...>)
      FunctionView(F&& function)  // NOLINT(google-explicit-constructor,bugprone-forwarding-reference-overload)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* object, Arguments... arguments) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Arguments>(arguments)...);
        }) {}

  R operator()(Arguments... arguments) const { return call_(object_, std::forward<Arguments>(arguments)...); }

 private:
  void* object_;
  R (*call_)(void*, Arguments...);
};

}  // namespace xuncha

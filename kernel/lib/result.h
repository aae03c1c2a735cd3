// Result<T>: a value or an Errno. TRY returns an error to the caller.
#pragma once

#include <utility>

#include "lib/errno.h"

// T must be default-constructible: a failed Result holds a default value.
template <class T = void>
class [[nodiscard]] Result {
  public:
    constexpr Result(T value) : value_(std::move(value)) {}
    constexpr Result(Errno error) : error_(error) {}

    constexpr bool ok() const { return error_ == Errno::None; }
    constexpr Errno error() const { return error_; }
    constexpr T& value() & { return value_; }
    constexpr T&& value() && { return std::move(value_); }
    constexpr const T& value() const& { return value_; }

  private:
    T value_{};
    Errno error_ = Errno::None;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    constexpr Result() = default;
    constexpr Result(Errno error) : error_(error) {}

    constexpr bool ok() const { return error_ == Errno::None; }
    constexpr Errno error() const { return error_; }
    constexpr void value() const {}

  private:
    Errno error_ = Errno::None;
};

// `T v = TRY(f());` yields f's value, or returns its error from the enclosing function.
#define TRY(expression)             TRY_NUMBERED(expression, __COUNTER__)
#define TRY_NUMBERED(expression, n) TRY_NAMED(expression, n)
#define TRY_NAMED(expression, n)    TRY_AS(expression, result_##n)  // a unique name, because TRYs nest
#define TRY_AS(expression, result)               \
    __extension__({                              \
        auto result = (expression);              \
        if (!result.ok()) return result.error(); \
        std::move(result).value();               \
    })

#include "crawler/exchange.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

TEST(Exchange, OnlyAHostThatDoesNotAnswerCountsForTheBreaker) {
  for (const TransportError error :
       {TransportError::kDnsFailure, TransportError::kConnectRefused, TransportError::kConnectTimeout,
        TransportError::kConnectFailure, TransportError::kTimeout, TransportError::kTruncated}) {
    EXPECT_EQ(exchange_of(error), Exchange::kFailed) << transport_error_name(error);
  }
}

TEST(Exchange, ACertificateOrABrokenAnswerShowsThatTheHostIsAlive) {
  for (const TransportError error :
       {TransportError::kTlsExpired, TransportError::kTlsName, TransportError::kTlsUntrusted,
        TransportError::kTlsUnsupported, TransportError::kTlsFailure, TransportError::kProtocolError,
        TransportError::kDecompressionBomb}) {
    EXPECT_EQ(exchange_of(error), Exchange::kFlawed) << transport_error_name(error);
  }
}

TEST(Exchange, WhatNeverReachedTheHostTellsNothingOfIt) {
  for (const TransportError error : {TransportError::kDnsNxdomain, TransportError::kDnsNoAddress,
                                     TransportError::kAddressRefused, TransportError::kEngineError}) {
    EXPECT_EQ(exchange_of(error), Exchange::kNothingSent) << transport_error_name(error);
  }
  EXPECT_EQ(exchange_of(TransportError::kNone), Exchange::kAnswered);
}

}  // namespace
}  // namespace xuncha

//===- Settings.cpp - What a user asks of the analysis --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Settings.h"

#include "llvm/ADT/StringSwitch.h"

#include <optional>

using namespace gvlsan;

bool Settings::set(llvm::StringRef Name, llvm::StringRef Value,
                   std::string &Error) {
  if (Name == "profile") {
    auto Which = llvm::StringSwitch<std::optional<Profile>>(Value)
                     .Case("practical", Practical)
                     .Case("strict", Strict)
                     .Case("bounce", Bounce)
                     .Default(std::nullopt);
    if (!Which) {
      Error =
          ("'" + Value + "' is no profile; practical, strict and bounce are")
              .str();
      return false;
    }
    Engine.Profile = *Which;
    return true;
  }
  if (Name == "ruby") {
    if (parseRuby(Value, Engine.Ruby))
      return true;
    Error = ("'" + Value + "' is not a version of Ruby; 3.3 is").str();
    return false;
  }
  Error = ("there is no option '" + Name + "'").str();
  return false;
}

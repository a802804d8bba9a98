// Only the precompiled header; see pch.hpp.

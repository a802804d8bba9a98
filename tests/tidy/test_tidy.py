#!/usr/bin/env python3
"""Each house rule finds what it is there for: violations are planted in small trees of their own.

A tree is {path: text}. For every rule there are trees that break it, and trees that come close.
"""

import pathlib
import tempfile
import unittest
from collections.abc import Callable, Iterator

import code_rules
import documents
import layers
import tidy
from tree import Tree, Violation

Rule = Callable[[Tree], Iterator[Violation]]
Files = dict[str, str]

HEADER = "#pragma once\n"
USER = "services/user-service/"
ORDER = "services/order-service/"


def include(path: str) -> str:
    return f'#include "{path}"\n'


# rule -> (trees with one violation each, trees with none)
CASES: dict[Rule, tuple[list[Files], list[Files]]] = {
    layers.pkg_direction: (
        [
            {"pkg/core/a.hpp": include("database/database.hpp")},
            {"pkg/database/a.cpp": include("http/server.hpp")},
            {"pkg/http/a.cpp": include("runtime/host.hpp")},
            {"pkg/core/a.cpp": include("services/user-service/user_module.hpp")},
            {"pkg/runtime/a.cpp": include("user/user.pb.h"), "proto/user/user.proto": ""},
        ],
        [
            {"pkg/runtime/a.cpp": include("database/database.hpp") + include("core/error.hpp")},
            {"pkg/http/a.cpp": include("runtime/task.hpp")},
            {"pkg/core/tests/a.cpp": include("database/database.hpp")},
            {"pkg/runtime/a.cpp": include("common/error.pb.h"), "proto/common/error.proto": ""},
            {"pkg/core/a.cpp": "#include <database/of_another_library.hpp>\n"},
        ],
    ),
    code_rules.own_names: (
        [
            {
                "pkg/core/a.cpp": "namespace souk {\nconstexpr int kLimit = 1;\n",
                "pkg/core/detail/b.cpp": "namespace souk {\nconst char* const kLimit{};\n",
            },
            {
                USER + "a.cpp": "namespace souk::user {\nclass Run {\n",
                USER + "internal/b.cpp": "namespace souk::user {\nstruct Run : Base {\n",
            },
            {
                "pkg/core/a.cpp": "namespace souk {\nconst char* raw(Text text, int size) {\n",
                "pkg/core/b.cpp": "namespace souk {\nconst char* raw(Text bytes, int count) {\n",
            },
        ],
        [
            {
                "pkg/core/a.cpp": "namespace souk {\nconstexpr int kLimit = 1;\nclass Run;\n",
                "pkg/core/b.cpp": "namespace souk {\nconstexpr int kLimits = 1;\nclass Run {\n",
                "pkg/core/c.cpp": "namespace souk {\nint of(Text text) {\n  return of(1);\n",
                "pkg/core/d.cpp": "namespace souk {\nint of(int number) {\n  return of({});\n",
                "pkg/http/a.cpp": "namespace souk {\nconstexpr int kLimit = 1;\n",
                "pkg/core/tests/a.cpp": "namespace souk {\nconstexpr int kLimit = 1;\n",
                "pkg/core/c.cpp": "namespace souk::detail {\nconstexpr int kLimit = 1;\n",
            },
        ],
    ),
    layers.private_folders: (
        [
            {"pkg/messaging/a.cpp": include("http/detail/head.hpp")},
            {USER + "internal/service/a.cpp": include("testing/run.hpp")},
        ],
        [
            {"pkg/http/a.cpp": include("http/detail/head.hpp")},
            {USER + "tests/a.cpp": include("testing/run.hpp")},
        ],
    ),
    layers.module_boundaries: (
        [
            {ORDER + "internal/service/a.cpp": include(USER + "internal/models/user.hpp")},
            {ORDER + "internal/service/a.cpp": include(USER + "user_module.hpp")},
            {"api-gateway/internal/a.cpp": include(USER + "user_module.hpp")},
            {USER + "main.cpp": include("api-gateway/internal/router.hpp")},
            {"apps/souk/a.cpp": include(USER + "internal/models/user.hpp")},
            {"apps/souk/a.cpp": include(USER + "settings.hpp")},
            {"apps/souk/a.cpp": include("internal/models/user.hpp")},
            {"pkg/runtime/a.cpp": include(USER + "user_module.hpp")},
            {USER + "internal/handler/a.cpp": include("../models/user.hpp")},
        ],
        [
            {"apps/souk/a.cpp": include(USER + "user_module.hpp")},
            {"tests/e2e/a.cpp": include("api-gateway/gateway_module.hpp")},
            {USER + "main.cpp": include(USER + "user_module.hpp")},
            {USER + "tests/a.cpp": include("internal/models/user.hpp")},
        ],
    ),
    layers.service_layers: (
        [
            {USER + "internal/models/a.cpp": include("internal/repository/users.hpp")},
            {USER + "internal/repository/a.cpp": include("internal/service/login.hpp")},
            {USER + "internal/service/a.cpp": include("internal/handler/user_handler.hpp")},
            {USER + "internal/repository/a.cpp": include("internal/clients/order_client.hpp")},
            {USER + "internal/models/a.cpp": include(USER + "internal/handler/a.hpp")},
            {USER + "internal/models/a.cpp": include("user/user.pb.h")},
            {USER + "internal/models/a.cpp": include("database/rows.hpp")},
            {USER + "internal/handler/a.cpp": include("database/database.hpp")},
        ],
        [
            {
                USER
                + "internal/handler/a.cpp": include("internal/service/login.hpp")
                + include("user/user.pb.h"),
                USER + "internal/service/a.cpp": include("internal/repository/users.hpp"),
                USER + "internal/repository/a.cpp": include("internal/models/user.hpp"),
                USER
                + "internal/models/a.cpp": include("internal/models/user.hpp")
                + include("core/money.hpp"),
                USER + "internal/module.cpp": include("internal/handler/user_handler.hpp"),
            },
        ],
    ),
    layers.sql_in_repositories: (
        [
            {USER + "internal/service/a.cpp": 'auto q = "SELECT id FROM users";\n'},
            {"api-gateway/internal/a.cpp": 'auto q = R"(INSERT INTO x VALUES (1))";\n'},
            {"api-gateway/a.cpp": 'f(R"sql( DELETE FROM x)sql");\n'},
        ],
        [
            {USER + "internal/repository/a.cpp": 'Query q{"user.get", "SELECT id FROM users"};\n'},
            {USER + "internal/service/a.cpp": 'log("Select one of these");\n'},
        ],
    ),
    code_rules.file_length: (
        [{"pkg/core/a.cpp": "\n" * 401}, {"tests/x/a.py": "\n" * 401}],
        [{"pkg/core/a.cpp": "\n" * 400, "docs/long.md": "\n" * 900}],
    ),
    code_rules.unfinished: (
        [
            {"pkg/core/a.cpp": "// TO" + "DO: later\n"},
            {"docs/a.md": "FIX" + "ME\n"},
            {"pkg/core/tests/a.cpp": "TEST(A, DISABLED_B) {}\n"},
            {"pkg/core/tests/a.cpp": "TEST(A, B) { GTEST_SKIP(); }\n"},
        ],
        [
            {
                "pkg/core/a.cpp": 'Currency::parse("X' + 'XX"); // mastodon\n',
                "a.sh": "mktemp x.X" + "XXXXX\n",
            }
        ],
    ),
    code_rules.machine_paths: (
        [
            {"scripts/a.sh": "cd /ho" + "me/me/souk\n"},
            {"pkg/core/a.cpp": 'open("/ro' + 'ot/x");\n'},
        ],
        [
            {
                "scripts/a.sh": "cp /etc/hosts docs/home/x; curl http://x/Users/y\n",
                "a.md": "/api/v1/users\n",
            }
        ],
    ),
    code_rules.forbidden_includes: (
        [{"pkg/core/a.cpp": "#include <regex>\n"}, {"pkg/core/a.cpp": "#include <iostream>\n"}],
        [
            {
                "apps/souk/a.cpp": "#include <iostream>\n",
                "pkg/core/tests/a.cpp": "#include <iostream>\n",
            }
        ],
    ),
    code_rules.forbidden_words: (
        [
            {"pkg/core/a.cpp": "std::cout << 1;\n"},
            {"apps/souk/a.cpp": "using namespace std;\n"},
            {"apps/souk/a.cpp": 'std::getenv("PORT");\n'},
            {USER + "internal/models/a.cpp": "auto now = std::chrono::system_clock::now();\n"},
            {USER + "internal/models/a.cpp": "std::random_device device;\n"},
        ],
        [
            {
                "pkg/core/a.cpp": '// not std::cout\nf("std::cout");\nusing namespace std::literals;\n'
            },
            {"pkg/core/clock.cpp": "return std::chrono::system_clock::now();\n"},
            {"pkg/core/a.cpp": "auto now = std::chrono::steady_clock::now();\n"},
            {"pkg/core/tests/a.cpp": "std::mt19937 random{1};\n"},
        ],
    ),
    code_rules.header_namespaces: (
        [{"pkg/core/a.hpp": HEADER + "using namespace souk;\n"}, {"pkg/core/a.hpp": "int a();\n"}],
        [
            {
                "pkg/core/a.hpp": HEADER
                + "inline int f() {\n  using namespace souk;\n  return g();\n}\n"
            }
        ],
    ),
    code_rules.integer_money: (
        [{USER + "internal/models/a.cpp": "double price = 1.99;\n"}],
        [
            {
                USER + "internal/service/a.cpp": "double s = 0.1;  // not money: seconds\n"
                "revenue.Increment(static_cast<double>(total.amount_minor()));\n",
                USER + "internal/models/a.cpp": "// the delay is double that\n",
                "pkg/middleware/metrics.cpp": "double value;\n",
            }
        ],
    ),
    code_rules.lambda_coroutines: (
        [
            {
                "pkg/core/a.cpp": "spawn([this]() -> Task<> { if (x) { co_await f(); } }(), detached);\n"
            },
            {
                "pkg/core/a.cpp": "auto t = [&, n](int) mutable -> souk::Task<int> {\n  co_return n;\n}\n(1);\n"
            },
        ],
        [
            {
                "pkg/core/a.cpp": "spawn(loop, [this]() -> Task<> { co_await f(); }, detached);\n"
                "co_spawn(loop, [](int n) -> Task<> { co_await f(n); }(1), detached);\n"
                "auto n = [this]() -> int { return 1; }();\n"
            }
        ],
    ),
    documents.error_codes: (
        [
            {
                USER + "internal/a.cpp": 'throw Error{Kind::conflict, "email_taken", "x"};\n',
                "docs/API.md": "## Error codes\n",
            },
            {
                USER + "internal/a.cpp": 'throw Error{Kind::conflict,\n  "email_taken", "x"};\n',
                "docs/API.md": "## Field codes\n| `email_taken` | x |\n## Error codes\n| `email_taken` | x |\n",
            },
            {
                USER
                + "internal/a.cpp": 'invalid_field(fmt::format("a[{}]", f(1, 2)), "too_odd", "x");\n',
                "docs/API.md": "## Error codes\n",
            },
            {"docs/API.md": "## Error codes\n| `gone` | x |\n"},
            {},
        ],
        [
            {
                USER
                + "internal/a.cpp": 'Error{Kind::conflict, "taken", "x"}; FieldError{f, "odd", "x"};\n'
                'Error{Kind::internal, "logged_only", "x"};\n',
                USER + "tests/a.cpp": 'Error{Kind::conflict, "made_up", "x"};\n',
                "docs/API.md": "## Error codes\n|code|\n|---|\n| `taken` | x |\n| `internal_error` | x |\n"
                "### Field codes\n| `odd` | x |\n## Other\n| `column` | x |\n",
            },
        ],
    ),
    documents.sources_are_built: (
        [
            {
                "pkg/core/tests/a_test.cpp": "",
                "pkg/core/CMakeLists.txt": "SOURCES tests/b_test.cpp",
            },
            {
                "pkg/core/tests/a_test.cpp": "",
                "pkg/core/CMakeLists.txt": "SOURCES tests/not_a_test.cpp",
            },
        ],
        [
            {
                "pkg/core/tests/a_test.cpp": "",
                "pkg/core/CMakeLists.txt": "SOURCES b.cpp tests/a_test.cpp",
            },
            {
                "tests/e2e/a.cpp": "",
                "tests/e2e/CMakeLists.txt": "file(GLOB x CONFIGURE_DEPENDS *.cpp)",
            },
        ],
    ),
    documents.make_targets_exist: (
        [
            {"Makefile": "run:\n", "README.md": "Then `make fly`.\n"},
            {"Makefile": "run:\n", "README.md": "```sh\nmake run\nmake jump   # up\n```\n"},
            {"README.md": "`make run`\n"},
        ],
        [
            {
                "Makefile": "S := user-service\nrun:\n$(S:%=run-%): run-%:\n\techo\nup-%:\n\techo\n",
                "README.md": "We make sure. `make run`, `make run-user-service`, `make run-<service>` `make up-x`\n",
            },
        ],
    ),
    documents.links_resolve: (
        [{"docs/a.md": "[b](b.md)\n"}, {"docs/a.md": "[b](../docs/c/b.md#part)\n"}],
        [
            {
                "docs/a.md": "[b](b.md#part) [web](https://x.y) [c](#here) `[](T& x)`\n",
                "docs/b.md": "",
            }
        ],
    ),
    documents.settings_are_listed: (
        [
            {
                documents.SETTINGS: '    {"PORT", Type::integer, "", "x"},\n',
                ".env.example": "OTHER_LINE\n",
            },
            {
                documents.SETTINGS: '    {"PORT", Type::integer, "80", "x"},\n',
                ".env.example": "# PORT=8080\n",
            },
            {documents.SETTINGS: "", ".env.example": "# PORT=1\n"},
        ],
        [
            {
                documents.SETTINGS: '    {"PORT", Type::integer, "80", "x"},\n',
                ".env.example": "# A port.\n# PORT=80\n",
            }
        ],
    ),
}


def broken(rule: Rule, files: Files) -> list[Violation]:
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return list(rule(Tree(pathlib.Path(folder))))


class HouseRules(unittest.TestCase):
    def test_each_rule_has_its_cases(self):
        self.assertEqual(set(CASES), set(tidy.RULES))

    def test_planted_violations_are_found(self):
        for rule, (bad, _) in CASES.items():
            for files in bad:
                with self.subTest(rule=rule.__name__, files=files):
                    self.assertEqual(
                        [violation.rule for violation in broken(rule, files)], [rule.__name__]
                    )

    def test_what_only_looks_like_it_is_let_through(self):
        for rule, (_, good) in CASES.items():
            for files in good:
                with self.subTest(rule=rule.__name__, files=files):
                    self.assertEqual(broken(rule, files), [])

    def test_an_old_long_file_may_only_shrink(self):
        file = {"pkg/core/a.cpp": "\n" * 450}
        self.addCleanup(code_rules.LONG_FILES.clear)
        for allowed, found in ((450, 0), (449, 1), (460, 1)):
            code_rules.LONG_FILES["pkg/core/a.cpp"] = allowed
            self.assertEqual(len(broken(code_rules.file_length, file)), found, allowed)
        self.assertEqual(len(broken(code_rules.file_length, {})), 1)  # gone, and still listed


if __name__ == "__main__":
    unittest.main()

#include "emulation_check.h"

#include "checks.h"

#include <string.h>

static const Checks &all_checks() {
    static const Checks checks = [] {
        Checks all;
        for (const Checks &part : {thread_checks(), failure_checks(), tile_checks(),
                                   memory_checks(), stream_checks(), attention_checks(),
                                   refusal_checks()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return checks;
}

size_t emulation_check_count(void) { return all_checks().size(); }

const char *emulation_check_name(size_t index) { return all_checks()[index].name; }

int emulation_check_run(size_t index, char *problem, size_t problem_size) {
    // Other tests run beside this one.
    emulation::is_thread_alone() = true;
    const std::string text = all_checks()[index].run();
    emulation::is_thread_alone() = false;
    if (problem_size > 0) {
        strncpy(problem, text.c_str(), problem_size - 1);
        problem[problem_size - 1] = 0;
    }
    return text.empty();
}

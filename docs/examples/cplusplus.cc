// SPDX-License-Identifier: BSD-2-Clause
/*
 * C++: the same calls, with strings of its own, scopes and exceptions.
 *
 *   c++ cplusplus.cc $(pkg-config --cflags --libs plog) && ./a.out
 */
#define PLOG_TAG "cplusplus"
#include <plog.h>

#include <stdexcept>
#include <string>
#include <utility>

/* Logs when a scope is entered and how it was left. */
class scope
{
      public:
	explicit scope(std::string what) : what_(std::move(what))
	{
		plog_debug("%s: begins", what_.c_str());
	}
	~scope()
	{
		if (failed_)
			plog_warning("%s: left by an exception", what_.c_str());
		else
			plog_debug("%s: ends", what_.c_str());
	}
	scope(const scope &) = delete;
	scope &operator=(const scope &) = delete;

	void done()
	{
		failed_ = false;
	}

      private:
	std::string what_;
	bool failed_ = true;
};

static int valve_set(int percent)
{
	scope here("valve_set " + std::to_string(percent));

	if (percent > 100)
		throw std::out_of_range("a valve opens to 100 percent");
	here.done();
	return percent;
}

int main()
{
	try {
		plog_info("valve at %d percent", valve_set(40));
		plog_info("valve at %d percent", valve_set(400));
	} catch (const std::exception &e) {
		plog_err("%s", e.what());
	}
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause
'use strict';

filterFromAddress();
timelineMake();
logMake();
processesMake();
bootsMake();
windowMake();

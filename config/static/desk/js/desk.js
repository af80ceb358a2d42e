// The one entry: each module looks after its own part of the page.
document.documentElement.classList.add("has-script");

import "./bell.js";
import "./countdown.js";
import "./count.js";
import "./details.js";
import "./dialog.js";
import "./facts.js";
import "./keys.js";
import "./order.js";
import "./paste.js";
import "./scan.js";
import "./select.js";
import "./toast.js";

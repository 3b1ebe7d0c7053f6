// <script src="…/chat/widget.js"></script><callbot-widget></callbot-widget>

import { CallbotWidget } from "./widget";

if (!customElements.get("callbot-widget")) customElements.define("callbot-widget", CallbotWidget);

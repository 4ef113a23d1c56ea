import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";
import { Notices } from "./components/Notices";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/content.css";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Notices>
        <App />
      </Notices>
    </StrictMode>,
  );
}

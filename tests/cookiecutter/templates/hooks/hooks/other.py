raise SystemExit(8)

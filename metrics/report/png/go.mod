module github.com/lifecycle-go/lifecycle/metrics/report/png

go 1.26.0

require (
	github.com/go-text/typesetting v0.3.5
	github.com/lifecycle-go/lifecycle v0.0.0-00010101000000-000000000000
	github.com/shopspring/decimal v1.6.0
	github.com/stretchr/testify v1.12.1
	golang.org/x/image v0.47.0
)

require (
	github.com/go-json-experiment/json v1.27.2 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.49.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)

replace github.com/lifecycle-go/lifecycle => ../../..

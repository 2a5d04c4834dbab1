// The engine of Redpanda Connect and Bento (benthos v4, MIT) with what the benchmark needs alone: http_server, sync_response and Bloblang.
package main

import (
	"context"

	_ "github.com/redpanda-data/benthos/v4/public/components/io"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	"github.com/redpanda-data/benthos/v4/public/service"
)

func main() {
	service.RunCLI(context.Background())
}

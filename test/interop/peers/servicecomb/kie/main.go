// Apache ServiceComb KIE, which keeps its data in an embedded etcd in its working folder. CHASSIS_CONF_DIR names the
// folder of chassis.yaml and microservice.yaml, for it is a service of go-chassis itself.
package main

import (
	"fmt"
	"os"

	_ "github.com/apache/servicecomb-kie/server/datasource/etcd"
	_ "github.com/apache/servicecomb-kie/server/handler"
	_ "github.com/apache/servicecomb-kie/server/plugin/qms"
	_ "github.com/apache/servicecomb-kie/server/pubsub/notifier"
	_ "github.com/go-chassis/go-chassis/v2/middleware/accesslog"
	_ "github.com/go-chassis/go-chassis/v2/middleware/monitoring"
	_ "github.com/go-chassis/go-chassis/v2/middleware/ratelimiter"
	_ "github.com/go-chassis/go-chassis/v2/security/cipher/plugins/plain"
	_ "github.com/little-cui/etcdadpt/embedded"

	"github.com/apache/servicecomb-kie/server"
	"github.com/apache/servicecomb-kie/server/command"
	"github.com/go-chassis/cari/db"
	"github.com/go-chassis/cari/db/config"
	"github.com/little-cui/etcdadpt"
)

// storage starts the embedded etcd, whose peers' address is the one in the configuration. What KIE has for this leaves
// that at the port 2380, where only one could run on a machine.
const storage = "embedded_etcd"

func openStorage(c *config.Config) error {
	return etcdadpt.Init(etcdadpt.Config{Kind: storage, ManagerAddress: c.URI})
}

func main() {
	db.Install(storage, openStorage)
	if err := command.ParseConfig(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	server.Run()
}

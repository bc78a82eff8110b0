// The Apache ServiceComb service-center with its embedded etcd. It reads conf/app.conf of its working folder and keeps
// its data beside that.
package main

import (
	"github.com/apache/servicecomb-service-center/server"
	_ "github.com/apache/servicecomb-service-center/server/bootstrap"
	_ "github.com/apache/servicecomb-service-center/server/init"
)

func main() {
	server.Run()
}

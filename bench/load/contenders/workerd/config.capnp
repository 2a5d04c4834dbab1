using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", service = "main", http = ())],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    (name = "transform.mjs", esModule = embed "../../shared/transform.mjs"),
  ],
  compatibilityDate = "2024-09-01",
);

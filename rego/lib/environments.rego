# METADATA
# title: Environments
# description: >-
#   Names of environments are people's own. Those that data lists are brought to one spelling, so that `prd` and
#   `production` are not taken for two.
package lapse.lib.environments

# METADATA
# description: One spelling of the name of an environment.
canonical(name) := object.get(data.lapse.environment_names, lower(name), lower(name))

# METADATA
# description: >-
#   The environments that a path names by one of its parts, as in `deploy/prod/app.yaml` or `.env.staging`. Only names
#   that data lists count, since any word may be a folder.
of_path(path) := {data.lapse.environment_names[part] |
	some part in split(replace(replace(replace(lower(path), "/", "."), "-", "."), "_", "."), ".")
}

import { describe, expect, it } from 'vitest';
import { buildAccessGraph } from '../../src/graph/access-graph.ts';
import { adminPaths, pathTo, reachable, reaching } from '../../src/graph/paths.ts';
import { kubernetesEvaluator } from '../../src/iam/kubernetes/evaluator.ts';
import { account, bind, clusterOf, clusterRole, sa } from '../iam/kubernetes/cluster.ts';

describe('ways to every account of a namespace', () => {
  const idle = Array.from({ length: 60 }, (_, index) => account('shop', `x${index}`));
  const build = async (makers: number, ...more: readonly string[]) => {
    const names = Array.from({ length: makers }, (_, index) => `ci/a${index}`);
    const inventory = await clusterOf(
      clusterRole('pods', ['create core/pods']),
      bind('ClusterRole/pods', names, 'shop'),
      clusterRole('root', ['* */*']),
      bind('ClusterRole/root', ['shop/root']),
      ...idle,
      ...more,
    );
    return buildAccessGraph(inventory, kubernetesEvaluator.evaluate(inventory));
  };

  it('lead to those that are told of singly, and to all others', async () => {
    const graph = await build(1);
    expect(pathTo(graph, sa('ci/a0'), sa('shop/x59'))).toMatchObject({
      answer: 'yes',
      steps: [{ from: sa('ci/a0'), to: sa('shop/x59'), how: 'k8s-pod-create', uses: ['create pods in shop'] }],
    });
    expect(pathTo(graph, sa('ci/a0'), sa('shop/x59'))?.steps[0]?.evidence).toHaveLength(2);
    expect(pathTo(graph, sa('ci/a0'), sa('ci/a0'))?.steps).toEqual([]);
    expect(reaching(graph, sa('shop/x7')).map(({ from }) => from)).toContain(sa('ci/a0'));
    expect(adminPaths(graph)(sa('ci/a0'))?.to).toBe(sa('shop/root'));
  });

  it('cost as much as the sum of both sides, never their product', async () => {
    const edges = async (makers: number) => [...(await build(makers)).out.values()].flat().length;
    const [one, many] = [await edges(1), await edges(40)];
    expect(many - one).toBeLessThanOrEqual(39 * 3);
  });

  it('end at the namespace', async () => {
    const graph = await build(1, account('other', 'y'));
    expect(reachable(graph, sa('ci/a0')).map(({ to }) => to)).not.toContain(sa('other/y'));
  });
});

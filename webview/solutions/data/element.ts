import { FollowingElement } from '../../data/store-element.ts';
import type { SolutionsChange, SolutionsStore } from './store.ts';

/** An element of the editor of solutions. */
export abstract class SolutionsElement extends FollowingElement<SolutionsChange, SolutionsStore> {}

import { camel, pascal, singular } from '../project/names.js';

/** The words that a template is made with, of a name such as `order-items`. */
export interface Words {
  /** `order-items` */
  readonly name: string;
  /** `OrderItems` */
  readonly type: string;
  /** `orderItems` */
  readonly object: string;
  /** `OrderItem` */
  readonly item: string;
  /** `orderItem` */
  readonly variable: string;
}

/** The words for a name. */
export function wordsOf(name: string): Words {
  const one = singular(name);
  return { name, type: pascal(name), object: camel(name), item: pascal(one), variable: camel(one) };
}

/** `order-items` of `OrderItems`, `order_items` or `Order Items`. */
export function kebab(text: string): string {
  return text
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[\s_.-]+/g, '-')
    .toLowerCase();
}

/** `OrderItems` of `order-items`. */
export function pascal(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** `orderItems` of `order-items`. */
export function camel(name: string): string {
  const whole = pascal(name);
  return whole.charAt(0).toLowerCase() + whole.slice(1);
}

/** One of many, as far as letters tell: `note` of `notes`, `entry` of `entries`; of what has no plural `stock-item`. */
export function singular(name: string): string {
  if (/[^aeiou]ies$/.test(name)) return `${name.slice(0, -3)}y`;
  if (/(?:[sx]|ch|sh)es$/.test(name)) return name.slice(0, -2);
  if (/[^s]s$/.test(name) && name.length > 3 && !/[iu]s$/.test(name)) return name.slice(0, -1);
  return `${name}-item`;
}
